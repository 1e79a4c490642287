// What has to be known before the first paint, and the program after it: the frame of index.html
// is painted at once, in the chosen theme, while the modules that it preloads are on their way.
{
  const chosen = localStorage.getItem("miaobi.theme");
  if (chosen) document.documentElement.dataset.theme = chosen;
  const begin = () => import("./main.js");
  // nothing is painted in a tab that nobody looks at
  if (document.hidden) begin();
  else requestAnimationFrame(() => setTimeout(begin));
}
