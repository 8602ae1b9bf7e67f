import { z } from 'zod'
import { mailAddress } from '../base/mail-address.js'
import { LANGUAGES } from '../base/notify.js'
import { alarmSeverity } from '../base/options/alarms.js'
import { isId } from '../base/topic.js'

/** Options of every channel: for which alarms it is, and how they are told. */
const common = {
  id: z
    .string()
    .refine(isId, 'an id is [a-z0-9][a-z0-9_-]{0,63}')
    .describe('name of the channel in API, metrics and log; under it is kept what was sent'),
  plants: z.array(z.string()).min(1).max(500).optional().describe('ids of the plants it is for; all when absent'),
  min_severity: alarmSeverity.default('warning').describe('least severity that is sent'),
  language: z.enum(LANGUAGES).default('en').describe('of the messages'),
  digest_s: z
    .number()
    .min(0)
    .max(3600)
    .default(30)
    .describe('how long an alarm waits for others, to be one message with them; critical ones do not wait'),
  send_cleared: z.boolean().default(false).describe('also tell when an alarm that was sent is over'),
}

const url = z.url({ protocol: /^https?$/ }).optional()
const file = (what: string) =>
  z.string().min(1).optional().describe(`file that holds ${what}; read again for each message`)

const postedTo = {
  url: url.describe('address that messages are posted to; better in a file when it holds a secret'),
  url_file: file('the address'),
}

const webhook = z.strictObject({
  type: z.literal('webhook').describe('JSON by POST to any address'),
  ...common,
  ...postedTo,
  token: z.string().min(1).optional().describe('sent as Authorization: Bearer; better in a file'),
  token_file: file('the token'),
})

const dingtalk = z.strictObject({
  type: z.literal('dingtalk').describe('custom robot of a DingTalk group'),
  ...common,
  ...postedTo,
  secret: z
    .string()
    .min(1)
    .optional()
    .describe('of a robot whose messages are signed (SEC…); better in a file. With keywords instead, use Greengauge'),
  secret_file: file('the secret'),
})

const wecom = z.strictObject({
  type: z.literal('wecom').describe('robot of a WeCom group'),
  ...common,
  ...postedTo,
})

const mail = z.strictObject({
  type: z.literal('mail').describe('mail by SMTP'),
  ...common,
  host: z.string().min(1).describe('mail server'),
  port: z.int().min(1).max(65_535).optional().describe('its port; 465 with secure, else 587 when absent'),
  secure: z.boolean().default(false).describe('TLS from the first byte, as on port 465'),
  starttls: z
    .enum(['required', 'auto', 'off'])
    .default('required')
    .describe('without secure: whether the connection has to become TLS, may, or stays as it is'),
  username: z.string().min(1).optional().describe('user, where the server asks for one'),
  password: z.string().min(1).optional().describe('password; better in a file'),
  password_file: file('the password'),
  from: mailAddress.describe('sender, such as greengauge@example.com'),
  to: z.array(mailAddress).min(1).max(50).describe('who gets it'),
})

const CHANNELS_MAX = 20

/** Config section `notify`: who is told of alarms, and how. */
export const notifyOptions = z
  .strictObject({
    public_url: z
      .url({ protocol: /^https?$/ })
      .optional()
      .describe('address of the dashboards as people reach them; with it messages have links'),
    channels: z
      .array(z.discriminatedUnion('type', [webhook, dingtalk, wecom, mail]))
      .max(CHANNELS_MAX)
      .default([])
      .describe('by which people are told of alarms'),
  })
  .prefault({})

export type NotifyOptions = z.output<typeof notifyOptions>
export type ChannelOptions = NotifyOptions['channels'][number]
export type WebhookOptions = z.output<typeof webhook>
export type DingtalkOptions = z.output<typeof dingtalk>
export type WecomOptions = z.output<typeof wecom>
export type MailOptions = z.output<typeof mail>
