import { SMTPServer } from 'smtp-server'
import { freePort } from './gateway.js'

interface Mail {
  readonly from: string
  readonly to: readonly string[]
  /** Headers by name in lower case, decoded. */
  readonly headers: ReadonlyMap<string, string>
  readonly text: string
}

/** A real SMTP server that asks for a user and keeps what it gets. */
export class MailServer {
  readonly port: number
  readonly mails: Mail[] = []
  readonly #server: SMTPServer

  private constructor(port: number, user: string, password: string) {
    this.port = port
    this.#server = new SMTPServer({
      logger: false,
      disabledCommands: ['STARTTLS'],
      allowInsecureAuth: true,
      onAuth: (auth, _session, done) => {
        const isRight = auth.username === user && auth.password === password
        done(isRight ? null : new Error('Invalid username or password'), { user: auth.username ?? '' })
      },
      onData: (stream, { envelope }, done) => {
        const chunks: Buffer[] = []
        stream.on('data', (chunk: Buffer) => chunks.push(chunk))
        stream.on('end', () => {
          const from = envelope.mailFrom === false ? '' : envelope.mailFrom.address
          const to = envelope.rcptTo.map(({ address }) => address)
          this.mails.push({ from, to, ...parsed(Buffer.concat(chunks).toString()) })
          done()
        })
      },
    })
  }

  static async start(user: string, password: string): Promise<MailServer> {
    const server = new MailServer(await freePort(), user, password)
    await new Promise<void>((resolve) => server.#server.listen(server.port, '127.0.0.1', () => resolve()))
    return server
  }

  close(): Promise<void> {
    return new Promise((resolve) => this.#server.close(() => resolve()))
  }
}

/** A mail of one part, quoted-printable or base64 or plain. */
function parsed(raw: string): Pick<Mail, 'headers' | 'text'> {
  const [head = '', ...body] = raw.split('\r\n\r\n')
  const lines = head.replace(/\r\n[ \t]+/g, ' ').split('\r\n')
  const headers = new Map(
    lines.map((line) => {
      const at = line.indexOf(':')
      return [line.slice(0, at).toLowerCase(), unworded(line.slice(at + 1).trim())]
    }),
  )
  const text = body.join('\r\n\r\n')
  const encoding = headers.get('content-transfer-encoding')
  if (encoding === 'base64') return { headers, text: Buffer.from(text, 'base64').toString() }
  return { headers, text: encoding === 'quoted-printable' ? unquoted(text.replace(/=\r\n/g, '')) : text }
}

/** RFC 2047. */
function unworded(text: string): string {
  return text
    .replace(/\?=\s+=\?/g, '?==?')
    .replace(/=\?utf-8\?(B|Q)\?([^?]*)\?=/gi, (_whole, kind: string, word: string) =>
      kind.toUpperCase() === 'B' ? Buffer.from(word, 'base64').toString() : unquoted(word.replaceAll('_', ' ')),
    )
}

function unquoted(text: string): string {
  const bytes = text.replace(/=([0-9A-F]{2})/gi, (_whole, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)))
  return Buffer.from(bytes, 'latin1').toString()
}
