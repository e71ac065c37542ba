// @ts-check
// What a message says, in a few words: for lists, quotes, labels and notifications.

import { t } from "../texts.js";

/** @import { ChatRow, FileView, Message } from "../../contract.js" */

/** @param {FileView} file */
const nameOfFile = (file) => t({ picture: "kind-picture", voice: "kind-voice", file: "kind-file" }[file.kind], { name: file.name });

/** @param {Message} message */
export function excerpt({ body }) {
  if (body.kind === "text") return body.warning || body.text || body.files.map(nameOfFile).join(", ");
  return body.kind === "deleted" ? t("deleted") : body.kind === "unsupported" ? t("unsupported") : "";
}

/** The preview of a row. @param {ChatRow["preview"]} preview */
export function previewText(preview) {
  if (!preview) return "";
  const { kind, text } = preview;
  if (kind === "deleted") return t("deleted");
  if (kind === "event") return t(`short-${text}`);
  if (kind === "unsupported") return t("unsupported");
  if (kind === "picture") return text || t("kind-picture", { name: "" });
  if (kind === "voice") return text ? `${t("kind-voice", { name: "" })} ${text}` : t("kind-voice", { name: "" });
  if (kind === "file") return text || t("kind-file", { name: "" });
  return text;
}
