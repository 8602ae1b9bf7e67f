import protobuf from 'protobufjs/minimal.js'
import { NAMESPACE } from './topic.js'

const NAME = 'Node Control/Rebirth'
const BOOLEAN = 11

export function rebirthTopic(group: string, node: string): string {
  return `${NAMESPACE}/${group}/NCMD/${node}`
}

/**
 * The payload that asks an edge node for its births: no seq, a time, and one metric that is true. Sparkplug 3.0 §6.4.27;
 * tck-id-operational-behavior-data-commands-ncmd-rebirth-name, -value.
 */
export function rebirthRequest(nowMs: number): Uint8Array {
  const writer = protobuf.Writer.create()
  writer.uint32(8).uint64(nowMs)
  writer.uint32(18).fork()
  writer.uint32(10).string(NAME)
  writer.uint32(24).uint64(nowMs)
  writer.uint32(32).uint32(BOOLEAN)
  writer.uint32(112).bool(true)
  writer.ldelim()
  return writer.finish()
}
