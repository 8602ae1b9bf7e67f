import { expect, test } from 'vitest'
import { answersTo, languageOf } from '../../../src/commands/init.js'

/** Gives these answers one after the other, and then none. */
function answering(...answers: readonly string[]) {
  const left = [...answers]
  const asked: string[] = []
  return {
    asked,
    next: (question: string) => {
      asked.push(question)
      return Promise.resolve(left.shift() ?? null)
    },
  }
}

test('an end of the input before the last question is no answer', async () => {
  expect(await answersTo({}, answering('wuxi-1', '').next)).toBeNull()
})

test('shifts that are mistyped are asked for again', async () => {
  const { asked, next } = answering('thre', 'three')
  const given = { plant: 'wuxi-1', name: 'Wuxi', timezone: 'Asia/Shanghai', gridRegion: '', lines: '' }
  expect(await answersTo(given, next)).toMatchObject({ id: 'wuxi-1', shifts: 'three' })
  expect(asked.at(-1)).toContain('thre is none of these shifts')
})

test.each([
  [{ LANG: 'zh_CN.UTF-8' }, 'zh'],
  [{ LANG: 'zh' }, 'zh'],
  [{ LANG: 'en_US.UTF-8', LC_MESSAGES: 'zh_TW' }, 'zh'],
  [{ LANG: 'zh_CN.UTF-8', LC_ALL: 'C.UTF-8' }, 'en'],
  [{ LANG: 'zh_CN.UTF-8', LC_ALL: '' }, 'zh'],
  [{ LANG: 'zhuang' }, 'en'],
  [{}, 'en'],
])('comments go by what the terminal is set to: %j', (env, language) => {
  expect(languageOf(env)).toBe(language)
})
