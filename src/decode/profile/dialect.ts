import type { ReadingBlock } from '../../base/reading-block.js'
import { type DecodeRules, parseJson, readsExactly, tooLarge } from '../decode.js'
import type { DecodedMessage } from '../decoded-message.js'
import type { BytesIncoming, Dialect } from '../dialect.js'
import type { DialectState } from '../dialect-state.js'
import { Emitter } from '../emitter.js'
import { type Fault, fault, isFault } from '../fault.js'
import { isCleared } from '../kept.js'
import { type CompiledCondition, fits } from './compile.js'
import { PartReader } from './part-reader.js'
import { visitPath } from './path.js'
import { type MessagePlan, type PlannedMessage, Plans } from './plans.js'
import type { JsonShape } from './shape.js'

const utf8 = new TextDecoder('utf-8')

/** Reads what devices send in the languages of their makers, by the profiles in use. */
export class ProfileDialect implements Dialect {
  readonly name = 'profile'
  readonly #plans = new Plans()
  readonly #emitter = new Emitter()
  readonly #reader = new PartReader(this.#emitter)

  speaks({ topic, ingress = 'mqtt' }: BytesIncoming, rules: DecodeRules): boolean {
    return (ingress === 'mqtt' || ingress === 'broker') && this.#plans.of(topic, rules) !== null
  }

  describe({ topic }: BytesIncoming, rules: DecodeRules): string {
    const { profile, messages, rule } = this.#plans.of(topic, rules)!
    return messages.length > 0
      ? `that of the device profile ${profile}`
      : `that of the device profile ${profile}, which ignores it (ignored: ${rule})`
  }

  take(message: BytesIncoming, rules: DecodeRules, taken: DecodedMessage, into: ReadingBlock, position: number): void {
    const plan = this.#plans.of(message.topic, rules)!
    this.#emitter.begin(message, rules, taken, into, position)
    this.#reader.begin(plan, message.arrivedAt)
    const payloadBytes = message.payloadEnd - message.payloadStart
    if (message.fullSizeBytes !== null) this.#refuse(plan, tooLarge(payloadBytes, message.fullSizeBytes))
    // A gateway that loses a device sends it.
    else if (!isCleared(message)) this.#takeByFirst(plan, message, rules, taken)
    this.#emitter.end(this.#reader.isIdle && taken.rejected.length === 0)
  }

  get leftOut(): PartReader['leftOut'] {
    return this.#reader.leftOut
  }

  takeChanges(): readonly DialectState[] {
    return this.#plans.heard.takeChanges()
  }

  restore(states: readonly DialectState[]): void {
    this.#plans.heard.restore(states)
  }

  /** By the first plan that takes or refuses something of it; who left it is said where no kind of message holds. */
  #takeByFirst(first: MessagePlan, message: BytesIncoming, rules: DecodeRules, taken: DecodedMessage): void {
    let known: MessagePlan | null = null
    for (let plan: MessagePlan | null = first; plan !== null; plan = plan.next) {
      this.#reader.begin(plan, message.arrivedAt)
      if (this.#takeAll(plan, message)) known ??= plan
      // One that says only what has changed may be in order and empty: then it may say something to the next.
      if (known !== null && !(this.#reader.isIdle && readsExactly(rules))) return
    }
    const { profile, rule } =
      known === null ? first : { ...known, rule: `${known.messages[0]!.options.written}, values` }
    if (taken.rejected.length === 0) taken.ignoredBy = { profile, rule }
  }

  /** Takes a message by a plan; true when the conditions of one of its kinds hold, or what came is refused. */
  #takeAll(plan: MessagePlan, incoming: BytesIncoming): boolean {
    const { body, payloadStart, payloadEnd } = incoming
    let content: unknown
    let shape: JsonShape | null | undefined
    let isOne = false
    for (const message of plan.messages) {
      if (message.options.format !== 'json') {
        if (this.#takeMessage(plan, message, utf8.decode(incoming.payload))) isOne = true
        continue
      }
      if (shape === undefined) shape = plan.shapes.read(body, payloadStart, payloadEnd) ?? null
      if (shape !== null && this.#reader.readPlain(message, shape)) {
        isOne = true
        continue
      }
      if (shape !== null) content ??= shape.content
      if (content === undefined) {
        const json = parseJson(incoming.payload)
        if (isFault(json)) {
          if (plan.isMixed) return false
          this.#refuse(plan, json)
          return true
        }
        content = json.content
        plan.shapes.learn(incoming.payload, content)
      }
      if (this.#takeMessage(plan, message, content)) isOne = true
    }
    return isOne
  }

  /** Takes a message by one kind; true when the conditions of that hold. */
  #takeMessage(plan: MessagePlan, message: PlannedMessage, root: unknown): boolean {
    const { when, each, isPartial } = message.options
    for (const condition of when) if (!isMet(condition, root)) return false
    if (each === null) {
      this.#reader.read(message, message.names, root, root, 0)
      return true
    }
    const name = each.fan?.name ?? null
    let index = 0
    visitPath(root, each, (part, key) => {
      if (part === undefined) return
      this.#reader.read(message, name === null ? message.names : { ...message.names, [name]: key }, root, part, index++)
    })
    if (index === 0 && !isPartial) {
      this.#refuse(plan, fault('bad_profile', `profile ${plan.profile}: ${each.text} is not there`))
    }
    return true
  }

  /** The whole message, which is of the device that its topic names, if it names one. */
  #refuse({ messages }: MessagePlan, why: Fault): void {
    const device = messages[0]?.device ?? null
    this.#reader.refuse(device === null || isFault(device) ? null : device, why)
  }
}

/** True when a condition holds: for one member at least, where its path goes on to several. */
function isMet(condition: CompiledCondition, root: unknown): boolean {
  let isOne = false
  visitPath(root, condition.at, (there) => {
    if (fits(condition, there)) isOne = true
  })
  return isOne
}
