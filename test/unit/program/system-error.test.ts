import { expect, test } from 'vitest'
import { explained } from '../../../src/program/system-error.js'

/** An error as another thread hands it over: its message alone. */
const told = (message: string) => explained(new Error(message))

test('a disk that refuses a folder and its parents is explained, also in words alone', () => {
  // Node makes folders with their parents, and gives ENOENT for an EIO of the first.
  const refused = told("open the journal in /d/q: ENOENT: no such file or directory, mkdir '/d/q'")
  expect(refused?.exit).toBe(74)
  expect(refused?.line).toMatch(/^cannot make the folder \/d\/q: there is no such place \(ENOENT\)/)
})

test('a file that the program should have brought is a fault of the program', () => {
  expect(told("ENOENT: no such file or directory, open '/d/factors.csv'")).toBeNull()
})

test('a full disk is explained with its remedy, in the words of whichever library', () => {
  expect(told("ENOSPC: no space left on device, write '/d/j'")?.line).toMatch(/the disk is full \(ENOSPC\); free/)
  expect(told('IO Error: Could not write: No space left on device')?.exit).toBe(74)
})
