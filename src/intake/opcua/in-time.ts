import { OpcuaFault } from './fault.js'

/** As the promise; rejects with an `OpcuaFault` when that has not come to an end by then. */
export async function inTime<T>(promise: Promise<T>, timeoutMs: number, what: string): Promise<T> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<never>((_resolve, reject) => {
    const sentence = `${what} within ${Math.round(timeoutMs / 1000)} s`
    timer = setTimeout(() => reject(new OpcuaFault('unreachable', sentence)), timeoutMs)
  })
  try {
    return await Promise.race([promise, late])
  } finally {
    clearTimeout(timer)
  }
}
