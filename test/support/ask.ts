import { request as overHttp } from 'node:http'
import { request as overTls } from 'node:https'

/** Requests with whatever headers a test wants, which `fetch` does not let it have. */

export interface Asked {
  readonly method?: string
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string
}

export interface Answered {
  readonly status: number
  readonly headers: Readonly<Record<string, string | string[] | undefined>>
  readonly text: string
}

/** @param ca PEM, for HTTPS; plain HTTP without it */
export function askAt(
  port: number,
  path: string,
  { method = 'GET', headers = {}, body = '' }: Asked = {},
  ca?: string,
): Promise<Answered> {
  const options = { host: '127.0.0.1', port, path, method, headers }
  return new Promise((resolve, reject) => {
    const asked = ca === undefined ? overHttp(options) : overTls({ ...options, ca })
    asked.on('response', (answer) => {
      let text = ''
      answer.on('data', (chunk: Buffer) => {
        text += chunk.toString()
      })
      answer.on('end', () => resolve({ status: answer.statusCode ?? 0, headers: answer.headers, text }))
    })
    asked.on('error', reject).end(body)
  })
}

export const bearer = (token: string) => ({ authorization: `Bearer ${token}` })

/** `name=value` of the cookie that was set. */
export const cookieOf = ({ headers }: Answered) => String(headers['set-cookie']?.[0]).split(';')[0]!
