import type { NodeId } from 'node-opcua-client'
import type { OpcuaSession } from './session.js'

const BY_URI = /^nsu=([^;]+);(.+)$/s
const NAMESPACE_ARRAY = 'i=2255'

/** Node ids of the settings as the server of a session knows them: a namespace that is named by its URI gets its index. */
export class NodeIds {
  #namespaces: readonly string[] | null = null

  constructor(private readonly at: Pick<OpcuaSession, 'library' | 'session'>) {}

  async of(text: string): Promise<{ readonly nodeId: NodeId } | { readonly why: string }> {
    const { library } = this.at
    const [, uri, rest] = BY_URI.exec(text) ?? []
    let known = text
    if (uri !== undefined) {
      this.#namespaces ??= await namespacesOf(this.at)
      const index = this.#namespaces.indexOf(uri)
      if (index === -1) return { why: `the server has no namespace ${uri}` }
      known = `ns=${index};${rest}`
    }
    try {
      return { nodeId: library.coerceNodeId(known) }
    } catch {
      return { why: 'it is no node id' }
    }
  }
}

/** URIs of the namespaces of a server, by their index; empty where it does not tell them. */
export async function namespacesOf({
  library,
  session,
}: Pick<OpcuaSession, 'library' | 'session'>): Promise<readonly string[]> {
  const { value } = await session.read({ nodeId: NAMESPACE_ARRAY, attributeId: library.AttributeIds.Value })
  return Array.isArray(value.value) ? (value.value as string[]) : []
}
