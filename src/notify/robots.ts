import { createHmac } from 'node:crypto'
import type { Clock } from '../base/clock.js'
import { sendTo, shownAddressOf } from './address.js'
import { outcomeOf, type PostReply, postJson } from './http.js'
import { type Notification, textOfNotification } from './message.js'
import type { DingtalkOptions, WecomOptions } from './options.js'
import type { ChannelSender, SendOutcome } from './sender.js'

/** The robots of chat groups: they take markdown, and say in the body of an HTTP 200 what they think of it. */

/**
 * Pause after a robot was sent too much. DingTalk takes 20 messages a minute and after more of them none for ten minutes; asked
 * once a minute it gets what waits within a minute of their end, whoever sent too much and whenever that was.
 * Source: DingTalk open platform, limits of custom robots.
 */
const ASK_AGAIN_MS = 60_000
const SYSTEM_BUSY = -1

/**
 * 130101 is "send too fast, exceed 20 times per minute", 90030 "webhook over limit"; 410100 and 90018 are said to be limits
 * too. Sources: answers that users report (github.com/ccfos/nightingale issue 369); the last two from memory, not checked.
 */
const DINGTALK_LIMITS: ReadonlySet<number> = new Set([130101, 410100, 90018, 90030])
/** "api freq out of limit". Source: WeCom developer document 91770 (group robots); the answer as users report it. */
const WECOM_LIMITS: ReadonlySet<number> = new Set([45009])

/** WeCom takes 4096 bytes of markdown, DingTalk more. */
const TEXT_BYTES_MAX = 3_800

export function openDingtalk(options: DingtalkOptions, clock: Clock): ChannelSender {
  return {
    target: shownAddressOf(options),
    send: (message, signal) =>
      sendTo(
        options,
        { value: options.secret, file: options.secret_file, setting: 'secret_file' },
        async (url, secret) => {
          const body = {
            msgtype: 'markdown',
            markdown: { title: textOfNotification(message).title, text: markdownOf(message, '###', '\n\n') },
          }
          return robotOutcome(await postJson(signed(url, secret, clock.nowMs()), body, signal), DINGTALK_LIMITS)
        },
      ),
  }
}

export function openWecom(options: WecomOptions): ChannelSender {
  return {
    target: shownAddressOf(options),
    send: (message, signal) =>
      sendTo(options, { value: undefined, file: undefined, setting: '' }, async (url) => {
        const body = { msgtype: 'markdown', markdown: { content: markdownOf(message, '###', '\n') } }
        return robotOutcome(await postJson(url, body, signal), WECOM_LIMITS)
      }),
  }
}

/** The secret is key and part of what is signed. Source: DingTalk open platform, security settings of custom robots. */
function signed(url: URL, secret: string, nowMs: number): URL {
  if (secret === '') return url
  const address = new URL(url)
  address.searchParams.set('timestamp', String(nowMs))
  address.searchParams.set('sign', createHmac('sha256', secret).update(`${nowMs}\n${secret}`).digest('base64'))
  return address
}

function robotOutcome(reply: PostReply, limits: ReadonlySet<number>): SendOutcome {
  // They say in their text whether it was taken.
  if ('failure' in reply) return { kind: 'busy', detail: reply.failure, retryAfterMs: null }
  const http = outcomeOf(reply)
  if (http.kind !== 'sent') return http
  const { errcode, errmsg } = codeIn(reply.body)
  if (typeof errcode !== 'number') {
    return { kind: 'refused', detail: `the answer is not that of a robot, look at the url: ${reply.body}` }
  }
  const detail = `errcode ${errcode}: ${errmsg}`
  if (errcode === 0) return { kind: 'sent', detail }
  if (limits.has(errcode)) return { kind: 'busy', detail, retryAfterMs: ASK_AGAIN_MS }
  if (errcode === SYSTEM_BUSY) return { kind: 'busy', detail, retryAfterMs: null }
  return { kind: 'refused', detail }
}

function codeIn(body: string): { readonly errcode?: unknown; readonly errmsg?: unknown } {
  try {
    const answer = JSON.parse(body) as unknown
    return typeof answer === 'object' && answer !== null ? answer : {}
  } catch {
    return {}
  }
}

/** Items until the text is full; those that do not fit are counted by the title. */
function markdownOf(message: Notification, heading: string, lineEnd: string): string {
  const { title, items, rest, link } = textOfNotification(message)
  // A message of numbers alone has them in its title.
  const below = rest.filter((line) => !title.endsWith(line))
  const end = [...below.map(plain), ...(link === null ? [] : [`[${plain(link.text)}](${link.url})`])]
  const isAlone = items.length === 1 && !message.isTest
  const blocks = [`${heading} ${plain(title)}`]
  let bytes = Buffer.byteLength([...blocks, ...end].join(lineEnd))
  for (const { head, facts, link } of items) {
    const what = link === null ? `**${plain(head)}**` : `**[${plain(head)}](${link})**`
    const open = isAlone && link !== null ? [`[${plain(head)}](${link})`] : []
    const lines = isAlone ? [...facts.map(plain), ...open] : [what, ...facts.map(plain)]
    const block = lines.map((line) => `> ${line}`).join(lineEnd)
    bytes += Buffer.byteLength(block) + 2 * lineEnd.length
    if (bytes > TEXT_BYTES_MAX) break
    blocks.push(block)
  }
  return [...blocks, ...end].join('\n\n')
}

/** A text without what markdown would take for its own: the same signs at full width. */
function plain(text: string): string {
  return text.replace(/[<>*`[\]]/g, (sign) => String.fromCharCode(sign.charCodeAt(0) + 0xfee0))
}
