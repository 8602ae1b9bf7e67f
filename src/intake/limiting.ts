import type { Logger } from 'pino'
import { type Bucket, levelOf, pour } from './leak.js'
import type { IntakeLimit, IntakeStats } from './stats.js'

/** The log gets one line of each bound in so many milliseconds, so that a flood does not become one of the log. */
const QUIET_MS = 10_000
/** Other lines that anybody can cause, whoever they are about. */
const LINES = { most: 20, perSecond: 1 }

interface Words {
  readonly event: string
  readonly remedy: string
}

const LIMIT = 'mqtt.limits.'
/** Words of the log for each bound; the others have lines of their own. */
const WORDS: Readonly<Record<Exclude<IntakeLimit, 'forward' | 'credentials' | 'backlog'>, Words>> = {
  connections: {
    event: 'a client is turned away (CONNACK 3): too many are connected',
    remedy: `look for clients that connect again and again, or raise ${LIMIT}connections`,
  },
  sockets: {
    event:
      'a connection is closed before its CONNECT was accepted: it took too long, or its address has the most of too many',
    remedy: `find out who opens them, and let a firewall hold that address off; ${LIMIT}unproved says how many there may be`,
  },
  displaced: {
    event: 'a client that has proved nothing is disconnected for another: all places are taken',
    remedy: `give the clients tokens (auth.required), or raise ${LIMIT}connections`,
  },
  reconnects: {
    event: 'a client is turned away (CONNACK 3): it connects again and again',
    remedy: 'look for a second device with the same client id, or one that ends its connection after each message',
  },
  framing: {
    event: 'a connection is closed: what it sends is not MQTT',
    remedy: 'mend the client, or find out who sends it; reason says what was wrong',
  },
  client_id: {
    event: 'a client is turned away (CONNACK 2): its client id is too long',
    remedy: `give it a shorter one, or raise ${LIMIT}client_id_bytes`,
  },
  attempts: {
    event: 'a client is turned away (CONNACK 5) without a look: it was wrong too often',
    remedy:
      'give it the right token (greengauge device rotate), or find out who tries; it is looked at again in seconds',
  },
  sessions: {
    event: 'the session of the client that is away longest is dropped: too many are kept',
    remedy: `let clients that do not come back connect with a clean session, or raise ${LIMIT}sessions`,
  },
  session_queue: {
    event: 'a message is not kept for a session: too many wait, or too many bytes',
    remedy: `let the client read or acknowledge, or raise ${LIMIT}session_messages, session_bytes or sessions_bytes`,
  },
  retained: {
    event: 'a message is delivered but not retained: too many topics or bytes are retained',
    remedy: `clear retained topics with an empty message, or raise ${LIMIT}retained or retained_bytes`,
  },
  subscriptions: {
    event: 'a subscription is refused (SUBACK 0x80): there are too many',
    remedy: `use wildcards instead of many filters, or raise ${LIMIT}subscriptions or subscriptions_total`,
  },
  topic: {
    event: 'a topic filter is refused (SUBACK 0x80), or a message not delivered: too long or too many levels',
    remedy: `use shorter topics, or raise ${LIMIT}topic_levels or topic_bytes`,
  },
  unread: {
    event: 'a client is disconnected: it has left 1 MiB unread for too long',
    remedy: `let it read faster or subscribe to less, or raise ${LIMIT}unread_s`,
  },
  rate: {
    event: 'a client is read more slowly: it sends more than its share, nothing of it is lost',
    remedy: `let it send less, or more samples in one message, or raise ${LIMIT}messages_per_s, bytes_per_s or retained_per_s`,
  },
  figures: {
    event:
      'a client is read more slowly: figures are late, and it sends of its past more than they can follow; nothing of it is lost',
    remedy: `wait until it has sent its past, let it send samples as arrays, or raise ${LIMIT}figures_late_s`,
  },
  receive_maximum: {
    event:
      'a client is disconnected (0x93): it has sent more messages of QoS 1 and 2 than CONNACK allows without an answer',
    remedy: 'let it wait for PUBACK and PUBCOMP: CONNACK says how many it may have under way (receive maximum)',
  },
  deliveries: {
    event: 'a message is not delivered: its client acknowledges too slowly, and too many bytes wait',
    remedy: `let the client acknowledge faster or allow more under way (receive maximum), or raise ${LIMIT}session_bytes or sessions_bytes`,
  },
  wills: {
    event: 'a will is published without its delay: too many wait',
    remedy: `let fewer clients ask for a will delay, or raise ${LIMIT}sessions: as many wills wait`,
  },
  handshake: {
    event: 'a TLS handshake has failed, or a client certificate is not taken',
    remedy: 'let the client speak TLS 1.2 or 1.3 and trust the certificate of mqtt.tls; check its own',
  },
  origin: {
    event: 'a web page is turned away',
    remedy: 'add its origin to mqtt.ws_origins when it is one of yours',
  },
}

export interface About {
  readonly client?: string | null
  readonly address?: string | undefined
  readonly topic?: string
  readonly origin?: string
  readonly reason?: string
}

/** Counts each time a bound is reached, and says it in the log now and then. */
export class Limiting {
  readonly #said = new Map<IntakeLimit, { atMs: number; unsaid: number }>()
  readonly #lines: Bucket = { level: 0, atMs: 0 }
  #unsaid = 0

  constructor(
    private readonly stats: Pick<IntakeStats, 'limited'>,
    private readonly log: Pick<Logger, 'warn'>,
  ) {}

  reached(limit: keyof typeof WORDS, about: About): void {
    this.stats.limited(limit)
    const nowMs = performance.now()
    const last = this.#said.get(limit)
    if (last !== undefined && nowMs - last.atMs < QUIET_MS) {
      last.unsaid += 1
      return
    }
    this.#said.set(limit, { atMs: nowMs, unsaid: 0 })
    const { event, remedy } = WORDS[limit]
    const more = last !== undefined && last.unsaid > 0 ? { alsoSince: last.unsaid } : {}
    // Texts from outside are shown shortened: a topic may have 64 KiB.
    this.log.warn({ limit, ...shortened(about), ...more, remedy }, event)
  }

  /** Says something else that anybody can cause: twenty lines in a row, then one a second, which says how many were left out. */
  say(event: string, about: About): void {
    const nowMs = performance.now()
    if (levelOf(this.#lines, LINES.perSecond, nowMs) > LINES.most - 1) {
      this.#unsaid += 1
      return
    }
    pour(this.#lines, 1, LINES.perSecond, nowMs)
    const more = this.#unsaid > 0 ? { alsoSince: this.#unsaid } : {}
    this.#unsaid = 0
    this.log.warn({ ...shortened(about), ...more }, event)
  }
}

function shortened(about: About): About {
  return Object.fromEntries(
    Object.entries(about).map(([key, value]) => [key, typeof value === 'string' ? value.slice(0, 200) : value]),
  )
}
