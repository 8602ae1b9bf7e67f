import type { z } from 'zod'
import { type AssistantApi, ToolCall, ToolRefusal } from './api.js'

/** A tool that assistants call. */
export interface AssistantTool {
  readonly name: string
  readonly title: string
  /** For the model: what it answers, in which units and windows, and what null means. */
  readonly description: string
  readonly input: z.ZodObject
  answer(call: ToolCall, input: never): Promise<object>
}

/** Says what a tool is; the type of its input follows from the schema. */
export function tool<Input extends z.ZodObject>(
  of: Omit<AssistantTool, 'input' | 'answer'> & {
    readonly input: Input
    answer(call: ToolCall, input: z.output<Input>): Promise<object>
  },
): AssistantTool {
  return of as unknown as AssistantTool
}

/** Longest answer, in characters: about twelve thousand tokens of a model. */
export const ANSWER_CHARS_MAX = 48_000
/** A call that takes longer is given up. */
export const CALL_MS_MAX = 30_000

/** Result of a call as MCP has it: one text, which is JSON. */
export interface ToolText {
  [key: string]: unknown
  content: { type: 'text'; text: string }[]
  isError?: boolean
}

/** Calls a tool. What the API refuses, and what cannot be had, is an error in its own words, never an answer without figures. */
export async function callTool(
  { answer }: AssistantTool,
  input: unknown,
  api: AssistantApi,
  signal: AbortSignal,
): Promise<ToolText> {
  const call = new ToolCall(api, AbortSignal.any([signal, AbortSignal.timeout(CALL_MS_MAX)]))
  try {
    const said = JSON.stringify({ ...(await answer(call, input as never)), asked: call.asked })
    if (said.length > ANSWER_CHARS_MAX) return tooLong(said.length)
    return { content: [{ type: 'text', text: said }] }
  } catch (error) {
    if (error instanceof ToolRefusal) return refusal(error.problem)
    const detail = call.signal.aborted
      ? `The gateway did not answer within ${CALL_MS_MAX / 1000} s: ask for a shorter range or fewer figures.`
      : `The gateway could not be asked: ${error instanceof Error ? error.message : String(error)}`
    return refusal({ status: 503, detail })
  }
}

function tooLong(chars: number): ToolText {
  const detail = `The answer has ${chars} characters, and ${ANSWER_CHARS_MAX} is the most: ask for less, by a smaller limit, a shorter range, a larger window, or by naming KPIs, a line or a device.`
  return refusal({ status: 413, detail })
}

function refusal(problem: Readonly<Record<string, unknown>>): ToolText {
  return { content: [{ type: 'text', text: JSON.stringify(problem) }], isError: true }
}
