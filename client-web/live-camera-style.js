// @ts-check
/** A constructed sheet, because the page's policy allows no inline style. */
export const style = new CSSStyleSheet();

style.replaceSync(`
  :host {
    --live-camera-panel: rgb(22 26 29 / 82%);
    --live-camera-ink: #f3f5f6;
    --live-camera-muted: #b4bcc2;
    --live-camera-line: rgb(255 255 255 / 10%);
    --live-camera-accent: #f5b84a;
    display: block;
    position: relative;
    overflow: hidden;
    min-width: 0;
    min-height: 0;
    color: var(--live-camera-ink);
  }
  :host([hidden]) { display: none; }
  :host([data-state="lost"]) { --live-camera-accent: #ff7d70; }
  :host([data-state="connecting"]) { --live-camera-accent: #8ab4ff; }

  .picture, .picture img { position: absolute; inset: 0; width: 100%; height: 100%; }
  .picture img { object-fit: contain; visibility: hidden; user-select: none; }
  .picture img[data-front] { visibility: visible; }
  .picture { transition: filter 240ms ease-out, opacity 240ms ease-out; }
  :host([data-state="stalled"]) .picture,
  :host([data-state="lost"]) .picture { filter: grayscale(1) brightness(.62) contrast(.9); }
  :host([data-state="connecting"]) .picture {
    filter: grayscale(1) brightness(.8);
    transition-delay: 300ms;
  }
  :host([data-stale]) .picture {
    filter: grayscale(1) brightness(.7) contrast(.9);
    transition: none;
  }

  .veil {
    position: absolute;
    inset: 0;
    display: grid;
    place-items: center;
    padding: 16px;
    pointer-events: none;
    opacity: 1;
    transition: opacity 200ms ease-out;
  }
  :host([data-state="connecting"]:not([data-stale])) .veil { transition-delay: 300ms; }
  :host(:is([data-state="live"], [data-state="settling"])) .veil {
    opacity: 0;
    visibility: hidden;
    transition: opacity 200ms ease-out, visibility 0s 200ms;
  }
  :host([data-state="paused"]) .veil { place-items: start center; }

  .card {
    display: grid;
    justify-items: center;
    gap: 6px;
    max-width: min(26rem, 100%);
    box-sizing: border-box;
    padding: 22px 28px 20px;
    border: 1px solid var(--live-camera-line);
    border-radius: 18px;
    background: var(--live-camera-panel);
    -webkit-backdrop-filter: blur(18px) saturate(1.3);
    backdrop-filter: blur(18px) saturate(1.3);
    box-shadow: 0 12px 40px rgb(0 0 0 / 22%);
    text-align: center;
    text-wrap: balance;
    overflow-wrap: anywhere;
    pointer-events: auto;
  }
  .bar { width: 28px; height: 4px; margin-bottom: 8px; border-radius: 2px; background: var(--live-camera-accent); }
  .headline { margin: 0; font-size: 1.125rem; font-weight: 620; letter-spacing: -.01em; }
  p { margin: 0; line-height: 1.45; }
  p:empty, .ticking:empty, button[hidden] { display: none; }
  .reason, .hint { color: var(--live-camera-muted); }
  .ticking { margin-top: 6px; font-variant-numeric: tabular-nums; font-weight: 520; }
  :host([data-state="paused"]) .card {
    grid-auto-flow: column;
    align-items: baseline;
    gap: 10px;
    padding: 9px 18px;
    border-radius: 999px;
  }
  :host([data-state="paused"]) .headline { font-size: 1rem; }
  :host([data-state="paused"]) .ticking { margin: 0; font-weight: 400; color: var(--live-camera-muted); }
  :host([data-state="paused"]) .bar { display: none; }

  button {
    margin-top: 12px;
    min-height: 40px;
    padding: 0 18px;
    border: 1px solid var(--live-camera-line);
    border-radius: 999px;
    background: transparent;
    color: inherit;
    font: inherit;
    font-weight: 560;
    cursor: pointer;
  }
  button:hover { background: var(--live-camera-line); }
  button:focus-visible { outline: 2px solid currentColor; outline-offset: 2px; }

  .announcement {
    position: absolute;
    width: 1px;
    height: 1px;
    overflow: hidden;
    clip-path: inset(50%);
    white-space: nowrap;
  }

  @media (prefers-color-scheme: light) {
    :host {
      --live-camera-panel: rgb(255 255 255 / 88%);
      --live-camera-ink: #15191c;
      --live-camera-muted: #505a61;
      --live-camera-line: rgb(0 0 0 / 10%);
      --live-camera-accent: #c07a00;
    }
    :host([data-state="lost"]) { --live-camera-accent: #cf3a2b; }
    :host([data-state="connecting"]) { --live-camera-accent: #2f6fe0; }
  }
  @media (prefers-reduced-motion: reduce) {
    .picture, .veil { transition: none !important; }
  }
`);
