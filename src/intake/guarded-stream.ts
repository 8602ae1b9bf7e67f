import type { ByteStream } from './listener.js'

/** A stream tells its guard these things. */
interface StreamGuard {
  hear(chunk: Buffer): void
  ended(): void
  destroy(error?: Error): unknown
}

/** A stream that knows its guard: listeners that all streams share need no closure for each. */
type GuardedStream = ByteStream & { guard: StreamGuard }

/** Brings what a stream gives to its guard. */
export function listenTo(stream: ByteStream, guard: StreamGuard): void {
  const guarded = stream as GuardedStream
  guarded.guard = guard
  guarded.on('data', onData)
  guarded.on('end', onEnd)
  guarded.on('error', onError)
  guarded.on('close', onClose)
}

function onData(this: GuardedStream, chunk: Buffer): void {
  this.guard.hear(chunk)
}

function onEnd(this: GuardedStream): void {
  this.guard.ended()
}

function onError(this: GuardedStream, error: Error): void {
  this.guard.destroy(error)
}

function onClose(this: GuardedStream): void {
  this.guard.destroy()
}
