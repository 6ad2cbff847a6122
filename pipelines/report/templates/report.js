
"use strict";
(function () {
  var all = function (selector) { return Array.prototype.slice.call(document.querySelectorAll(selector)); };
  var by = function (id) { return document.getElementById(id); };

  /* Open and close all; what is printed is what has something to say. */
  var boxes = function () { return all("details.academy"); };
  by("buttons").hidden = false;
  by("open").addEventListener("click", function () { boxes().forEach(function (box) { box.open = true; }); });
  by("close").addEventListener("click", function () { boxes().forEach(function (box) { box.open = false; }); });
  var opened = [];
  addEventListener("beforeprint", function () {
    opened = all("details:not([open])").filter(function (box) { return box.dataset.asks === "yes"; });
    opened.forEach(function (box) { box.open = true; });
  });
  addEventListener("afterprint", function () { opened.forEach(function (box) { box.open = false; }); });

  /* Fewer academies at once. */
  if (!by("filter")) { return; }
  var only = by("only"), find = by("find");
  by("filter").hidden = false;
  var narrow = function () {
    var words = find.value.trim().toLowerCase(), shown = 0;
    all(".one").forEach(function (one) {
      var isShown = one.dataset.name.includes(words) ? !only.checked || one.dataset.asks === "yes" : false;
      one.hidden = !isShown;
      if (isShown) { shown += one.matches(".matrix tr") ? 1 : 0; }
    });
    by("shown").textContent = only.checked || words ? shown + " shown" : "";
  };
  only.addEventListener("change", narrow);
  find.addEventListener("input", narrow);
})();
