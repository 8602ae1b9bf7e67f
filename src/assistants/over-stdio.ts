import type { AssistantApi } from './api.js'
import { assistantServers } from './server.js'

/** Serves one assistant over standard input and output, and resolves when its end of them is closed. */
export async function assistantOverStdio(
  api: AssistantApi,
  version: string,
  onError: (error: Error) => void,
): Promise<void> {
  const serverFor = await assistantServers(version)
  const { serveStdio } = await import('@modelcontextprotocol/server/stdio')
  const ended = new Promise((resolve) => process.stdin.once('end', resolve).once('close', resolve))
  const serving = serveStdio(() => serverFor(api), { maxSubscriptions: 0, onerror: onError })
  await ended
  await serving.close()
}
