import type { AssistantApi } from './api.js'
import { assistantServers } from './server.js'

/** Answer to one message, as HTTP has it. */
export interface MessageAnswer {
  readonly status: number
  /** null for an answer without a body. */
  readonly type: string | null
  readonly text: string
}

/** Answers one JSON-RPC message with what the API says to whoever sent it. */
export type AnswerMessage = (api: AssistantApi, headers: Headers, body: string) => Promise<MessageAnswer>

/** An exchange that takes longer than every tool may take is ended. */
const EXCHANGE_MS_MAX = 60_000

/** MCP over streamable HTTP, both as it was in 2025 and as it is since 2026-07-28, without sessions or streams that stay open. */
export async function assistantOverHttp(version: string): Promise<AnswerMessage> {
  const serverFor = await assistantServers(version)
  const { createMcpHandler } = await import('@modelcontextprotocol/server')
  return async (api, headers, body) => {
    const handler = createMcpHandler(() => serverFor(api), { maxSubscriptions: 0, keepAliveMs: 0 })
    const signal = AbortSignal.timeout(EXCHANGE_MS_MAX)
    const asked = new Request(`${api.base}/mcp`, { method: 'POST', headers, body, signal })
    try {
      const answer = await handler.fetch(asked)
      return { status: answer.status, type: answer.headers.get('content-type'), text: await answer.text() }
    } finally {
      await handler.close()
    }
  }
}
