"use strict";
(function () {
  var root = document.documentElement;
  var theme = document.getElementById("theme");

  /* Light or dark: as the system says, until somebody chooses. The choice is kept where the browser allows it. */
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
    var target = document.getElementById(decodeURIComponent(location.hash.slice(1)));
    if (!target) { return; }
    for (var box = target; box; box = box.parentElement) { if (box.tagName === "DETAILS") { box.open = true; } }
    var stand = target.tagName === "DETAILS" ? target.querySelector("summary") : target;
    stand.focus({ preventScroll: true });
    target.scrollIntoView();
  };
  addEventListener("hashchange", reveal);
  document.querySelectorAll("a[href^='#']").forEach(function (link) {
    link.addEventListener("click", function () { if (link.getAttribute("href") === location.hash) { reveal(); } });
  });
  if (location.hash) { reveal(); }
})();
