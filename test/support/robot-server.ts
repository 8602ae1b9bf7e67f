import { createHmac } from 'node:crypto'
import { createServer, type IncomingMessage } from 'node:http'
import { freePort } from './gateway.js'

export interface Posted {
  readonly path: string
  readonly headers: IncomingMessage['headers']
  // biome-ignore lint/suspicious/noExplicitAny: what is posted is looked at by the test
  readonly body: any
}

/** Answers one POST; null lets the connection break without an answer. */
type Answer = { readonly status?: number; readonly headers?: Readonly<Record<string, string>>; readonly body: object }

/**
 * Real HTTP server that gets the messages of channels and answers as robots do. Their answers are those that users
 * report: github.com/ccfos/nightingale issue 369 (130101), cloud.tencent.com/developer/article/1834468 (310000),
 * github.com/wes-lin/Cloud189Checkin issue 175 (93000). How DingTalk signs: open.dingtalk.com, "custom robot access".
 */
export class RobotServer {
  readonly port: number
  /** Messages that it has taken, in order. */
  readonly taken: Posted[] = []
  /** Tries that came, taken or not. */
  readonly tries: string[] = []
  /** Answers by path that come instead of the usual one, first in, first out. */
  readonly instead = new Map<string, Answer[]>()
  /** Time between a message that is taken and its answer. */
  answerAfterMs = 0
  readonly #secret: string
  readonly #token: string
  #close: () => Promise<void> = async () => undefined

  private constructor(port: number, secret: string, token: string) {
    this.port = port
    this.#secret = secret
    this.#token = token
  }

  static async start(secrets: { readonly secret: string; readonly token: string }): Promise<RobotServer> {
    const server = new RobotServer(await freePort(), secrets.secret, secrets.token)
    await server.open()
    return server
  }

  /** Listens (again) on its port. */
  async open(): Promise<void> {
    const server = createServer((request, response) => {
      const chunks: Buffer[] = []
      request.on('data', (chunk: Buffer) => chunks.push(chunk))
      request.on('end', () => {
        const url = new URL(request.url ?? '', 'http://localhost')
        const { headers } = request
        const posted = { path: url.pathname, headers, body: JSON.parse(Buffer.concat(chunks).toString()) }
        this.tries.push(url.pathname)
        const answer = this.instead.get(url.pathname)?.shift() ?? this.#answer(url, posted)
        const { status = 200, headers: own = {}, body } = answer
        setTimeout(() => {
          response.writeHead(status, { 'content-type': 'application/json', ...own }).end(JSON.stringify(body))
        }, this.answerAfterMs)
      })
    })
    await new Promise<void>((resolve) => server.listen(this.port, '127.0.0.1', resolve))
    this.#close = () => {
      server.closeAllConnections()
      return new Promise((resolve) => server.close(() => resolve()))
    }
  }

  close(): Promise<void> {
    return this.#close()
  }

  /** Messages that it has taken at a path. */
  at(path: string): readonly Posted[] {
    return this.taken.filter((posted) => posted.path === path)
  }

  #answer(url: URL, posted: Posted): Answer {
    const refusal = this.#refusal(url, posted)
    if (refusal !== null) return refusal
    this.taken.push(posted)
    return { body: { errcode: 0, errmsg: 'ok' } }
  }

  #refusal(url: URL, { headers, body }: Posted): Answer | null {
    const { searchParams, pathname } = url
    if (pathname === '/hook') {
      if (headers.authorization === `Bearer ${this.#token}`) return null
      return { status: 401, body: { error: `${headers.authorization} is not allowed` } }
    }
    if (pathname.startsWith('/robot/send')) {
      const timestamp = searchParams.get('timestamp') ?? ''
      const sign = createHmac('sha256', this.#secret).update(`${timestamp}\n${this.#secret}`).digest('base64')
      const isNear = Math.abs(Date.now() - Number(timestamp)) < 3_600_000
      if (searchParams.get('sign') !== sign || !isNear) return { body: { errcode: 310000, errmsg: 'sign not match' } }
      return isMarkdown(body.markdown?.text, 20_000) && body.markdown.title !== '' ? null : { body: BAD_BODY }
    }
    if (searchParams.get('key') !== this.#token) {
      return { body: { errcode: 93000, errmsg: 'invalid webhook url, hint: [1755605200056773468916791]' } }
    }
    return isMarkdown(body.markdown?.content, 4096) ? null : { body: BAD_BODY }
  }
}

const BAD_BODY = { errcode: 40058, errmsg: 'markdown.content exceed max length 4096. invalid Request Parameter' }

function isMarkdown(text: unknown, bytesMax: number): boolean {
  return typeof text === 'string' && text !== '' && Buffer.byteLength(text) <= bytesMax
}

/** Answer of DingTalk to more than twenty messages a minute. */
export const TOO_FAST: Answer = {
  body: {
    status: 1111,
    wait: 5,
    source: 'x5',
    punish: 'deny',
    uuid: '9ff0e7e2346aabb5a8bcbb7c93c71636',
    errcode: 130101,
    errmsg: 'send too fast, exceed 20 times per minute',
  },
}
