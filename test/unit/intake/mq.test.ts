import { expect, test } from 'vitest'
import { EventLoopBudget } from '../../../src/intake/event-loop-budget.js'
import { MessageQueue } from '../../../src/intake/mq.js'

test('a listener that never finishes does not delay the publisher', () => {
  const mq = new MessageQueue(new EventLoopBudget(2000))
  const got: string[] = []
  mq.on('a/#', (message) => got.push(message.topic))
  let finished = 0
  for (let i = 0; i < 1000; i++) mq.emit({ topic: 'a' }, () => finished++)
  expect(finished).toBe(1000)
  expect(got).toHaveLength(1000)
})

test('an empty level is a level: /finance matches +/+', () => {
  const mq = new MessageQueue()
  const got: string[] = []
  mq.on('+/+', (message) => got.push(message.topic))
  mq.emit({ topic: '/finance' })
  mq.emit({ topic: 'finance' })
  expect(got).toEqual(['/finance'])
})

test('a listener that was removed gets nothing more, the other one on the same filter does', () => {
  const mq = new MessageQueue()
  const got: string[] = []
  const first = () => got.push('first')
  mq.on('a', first)
  mq.on('a', () => got.push('second'))
  mq.removeListener('a', first)
  mq.emit({ topic: 'a' })
  expect(got).toEqual(['second'])
})

test('a closed queue answers with an error', async () => {
  const mq = new MessageQueue()
  await new Promise<void>((resolve) => mq.close(resolve))
  let answer: Error | undefined
  mq.emit({ topic: 'a' }, (error) => {
    answer = error
  })
  expect(answer?.message).toContain('closed')
})
