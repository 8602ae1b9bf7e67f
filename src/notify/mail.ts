import { createTransport } from 'nodemailer'
import { readSecret, withoutSecrets } from '../access/secret.js'
import { failureOf } from './http.js'
import { type Notification, textOfNotification } from './message.js'
import type { MailOptions } from './options.js'
import type { ChannelSender, SendOutcome } from './sender.js'

/** No step of the talk with a mail server takes longer. */
const STEP_MS = 8_000
/** RFC 5321 §4.5.3.2.6: a server may look through a large mail for so long, and one that is given up too early comes twice. */
const ATTACHED_MS = 600_000

export function openMail(options: MailOptions): ChannelSender {
  return {
    target: `${options.to.join(', ')} (${options.host}:${portOf(options)})`,
    send: (message, signal) => {
      const { title } = textOfNotification(message)
      return sendMail(options, { to: options.to, subject: title, text: plainText(message) }, signal)
    },
  }
}

/** A mail that a server is given. */
export interface OutgoingMail {
  readonly to: readonly string[]
  readonly subject: string
  readonly text: string
  /** The same for the same mail, so that one that is sent a second time can be told; the server's own when absent. */
  readonly messageId?: string
  readonly attachments?: readonly { readonly filename: string; readonly content: Buffer }[]
}

/** One try by the server of a channel; never rejects. Nothing that is secret stands in the answer. */
export async function sendMail(options: MailOptions, mail: OutgoingMail, signal: AbortSignal): Promise<SendOutcome> {
  let password: string
  try {
    const fileSetting = `password_file of notify channel ${options.id}`
    password = readSecret({ value: options.password, file: options.password_file, fileSetting })
  } catch (error) {
    return { kind: 'refused', detail: (error as Error).message }
  }
  const outcome = await mailed(options, password, mail, signal)
  return { ...outcome, detail: withoutSecrets(outcome.detail, [password, base64(password)]) }
}

/** Longest silence of a server that takes a mail. */
export function patienceMs(attachments: readonly unknown[]): number {
  return attachments.length === 0 ? STEP_MS : ATTACHED_MS
}

function portOf({ secure, port = secure ? 465 : 587 }: MailOptions): number {
  return port
}

async function mailed(
  options: MailOptions,
  password: string,
  { to, attachments = [], ...mail }: OutgoingMail,
  signal: AbortSignal,
): Promise<SendOutcome> {
  const { host, secure, starttls, username, from } = options
  const transport = createTransport({
    host,
    port: portOf(options),
    secure,
    requireTLS: !secure && starttls === 'required',
    ignoreTLS: starttls === 'off',
    ...(username === undefined ? {} : { auth: { user: username, pass: password } }),
    connectionTimeout: STEP_MS,
    greetingTimeout: STEP_MS,
    socketTimeout: patienceMs(attachments),
    dnsTimeout: STEP_MS,
    disableFileAccess: true,
    disableUrlAccess: true,
  })
  // RFC 3834 §5: no out-of-office replies to a machine.
  const headers = { 'Auto-Submitted': 'auto-generated' }
  try {
    const info = await transport.sendMail({
      from,
      to: [...to],
      ...mail,
      attachments: [...attachments],
      headers,
      signal,
    })
    const rejected = info.rejected.map(String)
    const except = rejected.length === 0 ? '' : `, but not for ${rejected.join(', ')}`
    return { kind: 'sent', detail: `${info.response}${except}` }
  } catch (error) {
    return refusalOf(error)
  } finally {
    transport.close()
  }
}

/** RFC 5321 §4.2.1: a 4xx may be taken later, a 5xx never will as it is. */
function refusalOf(error: unknown): SendOutcome {
  const { code, responseCode } = error as { code?: string; responseCode?: number }
  const detail = failureOf(error)
  const isRefused = responseCode === undefined ? code === 'ETLS' || code === 'EENVELOPE' : responseCode >= 500
  return isRefused ? { kind: 'refused', detail } : { kind: 'busy', detail, retryAfterMs: null }
}

function plainText(message: Notification): string {
  const { items, rest, link } = textOfNotification(message)
  const blocks = items.map(({ head, facts, link }) => [head, ...facts, ...(link === null ? [] : [link])].join('\n'))
  const page = link === null ? [] : [`${link.text}: ${link.url}`]
  return `${[...blocks, ...rest, ...page].join('\n\n')}\n`
}

function base64(text: string): string {
  return Buffer.from(text).toString('base64')
}
