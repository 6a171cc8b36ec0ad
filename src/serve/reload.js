// Part of the preview only: reloads this page when what it shows has changed.
(() => {
  "use strict";
  const own = document.currentScript;
  const version = own.dataset.version;
  let build = own.dataset.build;
  let stream = null;
  let heard = 0;
  let retry = 0;

  // Files of the site that this page has loaded: their content may change while their address stays.
  const site = new URL("../", own.src);
  const plain = (address) => {
    try {
      return decodeURIComponent(new URL(address, site).pathname);
    } catch {
      return "";
    }
  };
  const loads = (paths) => {
    const used = new Set(performance.getEntriesByType("resource").map((entry) => plain(entry.name)));
    return paths.some((path) => used.has(plain(path.split("/").map(encodeURIComponent).join("/"))));
  };

  const hear = (event) => {
    heard = Date.now();
    if (event.type !== "build") return;
    const news = JSON.parse(event.data);
    if (news.page !== version || loads(news.changed)) {
      disconnect();
      location.reload();
    }
    build = news.build;
  };

  const connect = () => {
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
  };

  const disconnect = () => {
    if (stream) stream.close();
    stream = null;
  };

  // Browsers allow a few connections to one server: tabs that nobody sees give theirs up, and catch up when seen again.
  const follow = () => {
    if (document.hidden) disconnect();
    else if (!stream || Date.now() - heard > 25000) connect();
  };

  document.addEventListener("visibilitychange", follow);
  addEventListener("pageshow", follow);
  addEventListener("pagehide", disconnect);
  addEventListener("online", connect);
  // After sleep a connection may be dead without anybody having said so.
  setInterval(follow, 5000);
  follow();
})();
