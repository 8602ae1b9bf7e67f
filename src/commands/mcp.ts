import type { Command } from 'commander'
import { EXIT } from '../base/exit-codes.js'
import type { LoadedConfig } from '../config/config.js'
import { complain } from '../program/output.js'
import { versionInfo } from '../program/version.js'
import { type GatewayApi, gatewayOf, requestGateway, tokenOfEnvironment } from './client/call-gateway.js'
import { orSayWhy } from './client/or-say-why.js'

/** `greengauge mcp`: the figures of a gateway for an assistant that starts it, over standard input and output. */

interface McpOptions {
  readonly url?: string
  readonly certFile?: string
  readonly config?: string
}

type Load = (file: string | undefined) => LoadedConfig | undefined

/** Adds `mcp` to the program. `load` reads a configuration, or says what is wrong. */
export function addMcpCommand(program: Command, load: Load): void {
  program
    .command('mcp')
    .description('figures for an assistant that starts it (Model Context Protocol over stdio), read only')
    .option('--url <url>', 'gateway that is asked, with GREENGAUGE_TOKEN (default: the one of the configuration)')
    .option('--cert-file <file>', 'the one certificate that is taken from --url, PEM, where no authority has signed it')
    .option('--config <file>', 'configuration file')
    .action(async (_: unknown, command: Command) => {
      const options = command.optsWithGlobals<McpOptions>()
      const gateway = gatewayNamed(command, options) ?? gatewayConfigured(load, options)
      if (gateway === undefined) return
      await orSayWhy(() => serve(gateway))
    })
}

/** The gateway of `--url`. It gets the token of the environment and no other: that of this machine is for the gateway of this machine. */
function gatewayNamed(command: Command, { url, certFile }: McpOptions): GatewayApi | undefined {
  if (url === undefined) {
    if (certFile !== undefined) command.error('error: --cert-file belongs to --url', { exitCode: EXIT.usage })
    return undefined
  }
  const { protocol, origin } = URL.canParse(url) ? new URL(url) : { protocol: '', origin: '' }
  const isSecure = protocol === 'https:'
  if (!isSecure && protocol !== 'http:') {
    command.error('error: --url is not an address such as https://gauge.example.com', { exitCode: EXIT.usage })
  }
  if (certFile !== undefined && !isSecure) {
    command.error('error: --cert-file belongs to an address that begins with https://', { exitCode: EXIT.usage })
  }
  return { base: origin, certFile: certFile ?? null, token: () => tokenOfEnvironment() }
}

function gatewayConfigured(load: Load, { config }: McpOptions): GatewayApi | undefined {
  const loaded = load(config)
  return loaded === undefined ? undefined : gatewayOf(loaded.config)
}

/** Answers until standard input ends. Nothing but the protocol is written to standard output. */
async function serve(gateway: GatewayApi): Promise<void> {
  const { assistantOverStdio } = await import('../assistants/over-stdio.js')
  const api = {
    base: gateway.base,
    get: async (path: string, signal: AbortSignal) => {
      const answer = await requestGateway(gateway, path, { signal })
      return { status: answer.status, body: await answer.text() }
    },
  }
  await assistantOverStdio(api, versionInfo().version, (error) => complain(`warning: ${error.message}`))
}
