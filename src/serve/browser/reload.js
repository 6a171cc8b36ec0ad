// Part of the preview only: keeps this page as the server would send it now, and says what is wrong.
import { own, plain } from "./files.js";
import { update } from "./patch.js";
import { show } from "./problems.js";
import { renew } from "./panel.js";

let { build } = own.dataset;
let stream = null;
let heard = 0;
let retry = 0;

function hear(event) {
  heard = Date.now();
  if (event.type !== "build") return;
  const news = JSON.parse(event.data);
  build = news.build;
  show(news);
  if (news.saved && plain(news.saved) !== plain(location.pathname)) {
    disconnect();
    location.assign(news.saved);
    return;
  }
  update(news).then(renew);
}

function connect() {
  disconnect();
  const address = new URL("events", own.src);
  address.search = new URLSearchParams({ page: location.pathname, build });
  heard = Date.now();
  stream = new EventSource(address);
  for (const type of ["open", "build", "ping"]) stream.addEventListener(type, hear);
  stream.addEventListener("error", () => {
    disconnect();
    clearTimeout(retry);
    retry = setTimeout(follow, 500);
  });
}

function disconnect() {
  stream?.close();
  stream = null;
}

// Browsers allow a few connections to one server: tabs that nobody sees give theirs up, and catch up when seen again.
function follow() {
  if (document.hidden) disconnect();
  else if (!stream || Date.now() - heard > 25000) connect();
}

document.addEventListener("visibilitychange", follow);
addEventListener("pageshow", follow);
addEventListener("pagehide", disconnect);
addEventListener("online", connect);
// After sleep a connection may be dead without anybody having said so.
setInterval(follow, 5000);
follow();
