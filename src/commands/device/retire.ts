import type { Command } from 'commander'
import { EXIT } from '../../base/exit-codes.js'
import { complain, printJson } from '../../program/output.js'
import type { ConfigAnswer, ConfigSaved } from '../../views/wire/configuration.js'
import { callApi, gatewayOf, gatewayRefusal, requestGateway } from '../client/call-gateway.js'
import { Unreachable } from '../client/unreachable.js'
import { instantOf } from '../instant-option.js'
import { type ConfigLoader, pathOf, refuse } from './client.js'

/** `greengauge device retire`: takes a configured device out of service from a day on; its past stays. */

interface RetireOptions {
  readonly from?: string
  readonly undo?: boolean
  readonly json?: boolean
  readonly config?: string
}

/** Adds it to the commands of `device`. */
export function addRetireCommand(sub: (name: string, description: string) => Command, load: ConfigLoader): void {
  sub(
    'retire',
    'take a configured device out of service from a day on: nothing is expected of it, its silence is no alarm, and lists leave it out; its past stays. An edit of the configuration of the gateway that runs',
  )
    .argument('<device>', 'PLANT/LINE/DEVICE')
    .option('--from <day>', "first day out of service in the plant's zone, 2026-12-01, or a time")
    .option('--undo', 'put it back into service')
    .action(async (text: string, _: unknown, command: Command) => {
      const { from, undo, config, json } = command.optsWithGlobals<RetireOptions>()
      if ((from === undefined) === (undo !== true)) refuse(command, 'give either --from DAY or --undo')
      if (from !== undefined) instantOf(command, '--from', from)
      const { plant, device } = pathOf(command, text)
      const loaded = load(config)
      if (loaded === undefined) return
      const path = ['plants', plant, 'devices', device, 'retired_from']
      const edit = from === undefined ? { op: 'remove', path } : { op: 'set', path, value: from }
      try {
        const saved = await change(loaded.config, edit)
        if (json === true) printJson(saved)
        else complain(`${text} is ${from === undefined ? 'in service again' : `out of service from ${from} on`}`)
      } catch (error) {
        if (!(error instanceof Unreachable)) throw error
        complain(`error: ${error.message}`)
        process.exitCode = error.code
      }
    })
}

/** Changes the configuration file of the gateway that runs by one edit. Throws `Unreachable` with its words when it refuses. */
async function change(config: Parameters<typeof gatewayOf>[0], edit: object): Promise<ConfigSaved> {
  const api = gatewayOf(config)
  const { writable, reason, hash } = await callApi<ConfigAnswer>(api, '/config')
  if (!writable) throw new Unreachable(reason, EXIT.badData)
  const answered = await requestGateway(api, '/api/v1/config', {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'if-match': `"${hash}"` },
    body: JSON.stringify({ edits: [edit] }),
  })
  if (!answered.ok) throw await gatewayRefusal(answered)
  return (await answered.json()) as ConfigSaved
}
