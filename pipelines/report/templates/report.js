
"use strict";
(function () {
  var root = document.documentElement;
  var all = function (selector) { return Array.prototype.slice.call(document.querySelectorAll(selector)); };
  var by = function (id) { return document.getElementById(id); };

  /* Light or dark: as the system says, until somebody chooses. The choice is kept where the browser allows it. */
  var theme = by("theme");
  var kept = function () { try { return localStorage.getItem("matlas-theme"); } catch (refused) { return null; } };
  var keep = function (value) { try { localStorage.setItem("matlas-theme", value); } catch (refused) { return; } };
  var isDark = function () {
    return root.dataset.theme ? root.dataset.theme === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
  };
  var label = function () { theme.textContent = isDark() ? "Light colours" : "Dark colours"; };
  if (kept()) { root.dataset.theme = kept(); }
  theme.hidden = false;
  label();
  theme.addEventListener("click", function () {
    root.dataset.theme = isDark() ? "light" : "dark";
    keep(root.dataset.theme);
    label();
  });

  /* A link into something folded opens it, and the reader stands there. */
  var reveal = function () {
    var target = by(decodeURIComponent(location.hash.slice(1)));
    if (!target) { return; }
    for (var box = target; box; box = box.parentElement) { if (box.tagName === "DETAILS") { box.open = true; } }
    var stand = target.tagName === "DETAILS" ? target.querySelector("summary") : target;
    stand.focus({ preventScroll: true });
    target.scrollIntoView();
  };
  addEventListener("hashchange", reveal);
  all("a[href^='#']").forEach(function (link) {
    link.addEventListener("click", function () { if (link.getAttribute("href") === location.hash) { reveal(); } });
  });
  if (location.hash) { reveal(); }

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
