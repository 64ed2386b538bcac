import { mkdir, rename, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { envelope, type Notification, textFor } from "./notification.ts";

/** A mail as SNS would send it; `path` is the file that any mail program opens. */
export interface Mail {
  readonly to: string;
  readonly subject: string;
  readonly path: string;
}

/** Puts a mail into the outbox folder: a file that is there is complete. */
export async function putMail(
  directory: string,
  to: string,
  protocol: "email" | "email-json",
  subscriptionArn: string,
  notification: Notification,
): Promise<Mail> {
  await mkdir(directory, { recursive: true });
  const subject = notification.subject ?? "AWS Notification Message";
  const text =
    protocol === "email"
      ? textFor(notification, protocol)
      : JSON.stringify(envelope(notification, subscriptionArn, protocol), null, 2);
  const stamp = notification.timestamp.replaceAll(/[:.]/g, "-");
  const name = `${stamp}-${notification.messageId.slice(0, 8)}-${to.replaceAll(/[^A-Za-z0-9@.-]/g, "_")}.eml`;
  const path = join(directory, name);
  await writeFile(`${path}.part`, mail(to, subject, text, notification));
  await rename(`${path}.part`, path);
  return { to, subject, path };
}

/** RFC 5322 with a plain-text body; base64, because a body line may be longer than mail allows. */
function mail(
  to: string,
  subject: string,
  text: string,
  { messageId, timestamp, topicArn }: Notification,
): string {
  const isPlain = /^[\t\r\n -~]*$/.test(text) && text.split("\n").every((line) => line.length <= 990);
  const body = isPlain
    ? text.replaceAll(/\r?\n/g, "\r\n")
    : (
        Buffer.from(text)
          .toString("base64")
          .match(/.{1,76}/g) ?? []
      ).join("\r\n");
  return [
    "From: AWS Notifications <no-reply@sns.amazonaws.com>",
    `To: ${to}`,
    `Subject: ${subject}`,
    `Date: ${new Date(timestamp).toUTCString().replace("GMT", "+0000")}`,
    `Message-ID: <${messageId}@sns.amazonaws.com>`,
    `X-Topic-Arn: ${topicArn}`,
    "MIME-Version: 1.0",
    "Content-Type: text/plain; charset=UTF-8",
    `Content-Transfer-Encoding: ${isPlain ? "7bit" : "base64"}`,
    "",
    body,
    "",
  ].join("\r\n");
}
