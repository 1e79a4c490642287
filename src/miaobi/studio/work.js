// Registry of work started from this page: screens add to it, the jobs screen lists it.
const works = new Set();
const listeners = new Set();
const tell = () => listeners.forEach((listener) => listener());

export const running = () => [...works];
export const onWork = (listener) => { listeners.add(listener); return () => listeners.delete(listener); };

// runs `make(signal, work)` as cancelable work
export async function start(kind, title, make) {
  const control = new AbortController();
  const work = { kind, title, stage: "", done: 0, total: 0, since: Date.now(), cancel: () => control.abort(),
    update: (stage, done = 0, total = 0) => { Object.assign(work, { stage, done, total }); tell(); } };
  works.add(work);
  tell();
  try {
    return await make(control.signal, work);
  } finally {
    works.delete(work);
    tell();
  }
}

export const isCancel = (error) => error.name === "AbortError";
