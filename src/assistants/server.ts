import type { McpServer } from '@modelcontextprotocol/server'
import type { AssistantApi } from './api.js'
import { callTool } from './tool.js'
import { ALARM_TOOLS } from './tools/alarms.js'
import { EXPECTED_TOOLS } from './tools/expected.js'
import { EXPLAIN_TOOLS } from './tools/explain.js'
import { KPI_TOOLS } from './tools/kpis.js'
import { PLANT_TOOLS } from './tools/plants.js'
import { REPORT_TOOLS } from './tools/reports.js'
import { INSTRUCTIONS } from './words.js'

/** All tools, in the order in which an assistant is told of them. */
export const ASSISTANT_TOOLS = [
  ...PLANT_TOOLS.slice(0, 1),
  ...KPI_TOOLS,
  ...EXPLAIN_TOOLS,
  ...PLANT_TOOLS.slice(1),
  ...ALARM_TOOLS,
  ...REPORT_TOOLS,
  ...EXPECTED_TOOLS,
]

/** Nothing is changed by any tool, and none asks anybody but the gateway. */
const ANNOTATIONS = { readOnlyHint: true, destructiveHint: false, idempotentHint: true, openWorldHint: false }

/** Makes MCP servers of one account. The library is loaded when the first one is wanted: it is 10 MB, and few gateways have assistants. */
export async function assistantServers(version: string): Promise<(api: AssistantApi) => McpServer> {
  const { McpServer } = await import('@modelcontextprotocol/server')
  return (api) => {
    const server = new McpServer(
      { name: 'greengauge', title: 'Greengauge 绿衡', version },
      { instructions: INSTRUCTIONS },
    )
    for (const tool of ASSISTANT_TOOLS) {
      const { name, title, description, input } = tool
      server.registerTool(
        name,
        { title, description, inputSchema: input, annotations: ANNOTATIONS },
        (asked: unknown, { mcpReq }) => callTool(tool, asked, api, mcpReq.signal),
      )
    }
    return server
  }
}
