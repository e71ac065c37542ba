// @ts-check
// Fields and forms: a label, a hint, what was wrong said beside it, and a button that says that it works.

import { html, useRef, useState } from "../html.js";
import { reason } from "../act.js";
import { t } from "../texts.js";

/** @param {any} props `onValue` gets the text */
export function Field({ id, label, hint, type = "text", value, onValue, wrong, ...rest }) {
  const described = [hint && `${id}-hint`, wrong && `${id}-wrong`].filter(Boolean).join(" ") || undefined;
  return html`<div class="field">
    <label for=${id}>${label}</label>
    <input id=${id} name=${id} type=${type} value=${value} aria-describedby=${described}
        aria-invalid=${wrong ? "true" : undefined}
      onInput=${(/** @type {any} */ event) => onValue(event.target.value)} ...${rest} />
    ${wrong && html`<p class="wrong" id=${`${id}-wrong`}>${wrong}</p>`}
    ${hint && html`<p class="hint" id=${`${id}-hint`}>${hint}</p>`}
  </div>`;
}

/** A password, which can be looked at. @param {any} props */
export function Password(props) {
  const [seen, setSeen] = useState(false);
  return html`<div class="password">
    <${Field} type=${seen ? "text" : "password"} autocapitalize="none" spellcheck=${false} maxlength="1024" ...${props} />
    <button type="button" class="plain" aria-pressed=${String(seen)} aria-controls=${props.id} onClick=${() => setSeen(!seen)}>
      ${seen ? t("password-hide") : t("password-show")}
    </button>
  </div>`;
}

/** @param {any} props `on`: whether; `onChange` gets the new answer */
export function Switch({ id, label, hint, on, onChange, disabled }) {
  return html`<div class="switch">
    <label for=${id}><span>${label}</span>${hint && html`<span class="hint">${hint}</span>`}</label>
    <input type="checkbox" role="switch" id=${id} checked=${on} disabled=${disabled}
      onChange=${(/** @type {any} */ event) => onChange(event.target.checked)} />
  </div>`;
}

/** One of several. @param {any} props `options` are `[value, words]` */
export function Choice({ name, legend, value, options, onChange }) {
  return html`<fieldset class="choices">
    <legend>${legend}</legend>
    ${options.map((/** @type {[any, string, string?]} */ [option, words, tag]) => html`<label class="choice" lang=${tag}>
      <input type="radio" name=${name} checked=${option === value} onChange=${() => onChange(option)} />
      <span>${words}</span>
    </label>`)}
  </fieldset>`;
}

/**
 * A form that asks the worker: what is refused is said above its button and nothing that was typed is lost.
 * @param {any} props `act` answers a promise
 */
export function Form({ act, button, busy: words, grave, second, children, ...rest }) {
  const [busy, setBusy] = useState(false);
  const [wrong, setWrong] = useState("");
  const problem = useRef(/** @type {HTMLElement | null} */ (null));
  const submit = async (/** @type {Event} */ event) => {
    event.preventDefault();
    if (busy) return;
    setBusy(true);
    setWrong("");
    try {
      await act();
    } catch (error) {
      setWrong(reason(error));
      requestAnimationFrame(() => problem.current?.focus());
    } finally {
      setBusy(false);
    }
  };
  return html`<form onSubmit=${submit} novalidate ...${rest}>
    ${children}
    ${wrong && html`<p class="problem" role="alert" tabindex="-1" ref=${problem}>${wrong}</p>`}
    <div class="actions">
      <button type="submit" class=${grave ? "grave" : ""}
          aria-disabled=${busy ? "true" : undefined}>${busy ? words ?? t("working") : button}</button>
      ${second}
    </div>
  </form>`;
}
