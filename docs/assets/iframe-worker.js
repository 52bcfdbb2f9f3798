// A page that was opened from disk may start no worker, in which the search runs: there it runs in a hidden frame.
if (location.protocol === "file:") {
  const loaded = (element) => new Promise((resolve, reject) => {
    element.addEventListener("load", resolve);
    element.addEventListener("error", () => reject(new Error(`${element.src || "a frame"} cannot be loaded`)));
  });

  const addScript = (frame, url) => {
    const script = frame.contentDocument.createElement("script");
    script.src = url;
    const done = loaded(script);
    frame.contentDocument.head.append(script);
    return done;
  };

  // The search looks for this name in its parent.
  window.IFrameWorker = class extends EventTarget {
    constructor(url) {
      super();
      this.frame = document.createElement("iframe");
      this.frame.hidden = true;
      this.frame.title = "Search";
      this.frame.srcdoc = "<!doctype html><html><head></head></html>";
      this.ready = loaded(this.frame).then(() => {
        const inside = this.frame.contentWindow;
        inside.postMessage = (data) => this.dispatchEvent(new MessageEvent("message", { data }));
        inside.importScripts = (...urls) =>
          urls.reduce((before, one) => before.then(() => addScript(this.frame, one)), Promise.resolve());
        return addScript(this.frame, url);
      });
      document.body.append(this.frame);
    }

    postMessage(data) {
      this.ready.then(() => this.frame.contentWindow.dispatchEvent(new MessageEvent("message", { data })));
    }

    terminate() {
      this.frame.remove();
    }
  };
  window.Worker = window.IFrameWorker;
}
