// Hears of every change of a place, by server-sent events; the tabs of one browser share one connection.
export function follow(url, told) {
  const open = (also) => {
    const source = new EventSource(url);
    source.addEventListener("message", (event) => { told(event.data); also?.(event.data); });
    return source;
  };
  if (!navigator.locks || !window.BroadcastChannel) { open(); return; }
  const channel = new BroadcastChannel(url);
  channel.addEventListener("message", (event) => told(event.data));
  navigator.locks.request(url, () => new Promise(() => { open((data) => channel.postMessage(data)); }));
}
