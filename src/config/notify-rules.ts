import { isUserReadable } from '../notify/sender.js'
import { nearest } from './did-you-mean.js'
import type { ConfigFinding } from './finding.js'
import { shownValue } from './problems.js'
import type { Config } from './schema.js'
import { givenTwice } from './twofold.js'

const SECRETS = ['url', 'token', 'secret', 'password'] as const

export function notifyContradictions({ notify }: Config): ConfigFinding[] {
  return notify.channels.flatMap((channel, index) => {
    const at = ['notify', 'channels', index]
    const twice = SECRETS.flatMap((secret) => givenTwice(channel, at, secret))
    if (channel.type !== 'mail') {
      if (channel.url !== undefined && !isUserReadable(new URL(channel.url))) {
        const path = [...at, 'url']
        const problem = 'has a % in its user or password that stands for nothing'
        return [...twice, { path, value: shownValue(path, channel.url), problem, remedy: 'write it as %25' }]
      }
      if (channel.url !== undefined || channel.url_file !== undefined) return twice
      const remedy = 'add it, or url_file, the name of a file that holds it'
      return [...twice, { path: [...at, 'url'], value: '', problem: 'is missing', remedy }]
    }
    const hasPassword = channel.password !== undefined || channel.password_file !== undefined
    if (hasPassword === (channel.username !== undefined)) return twice
    const [missing, there] = hasPassword ? ['username', 'password'] : ['password_file', 'username']
    const problem = `is missing, while there is a ${there}`
    return [...twice, { path: [...at, missing], value: '', problem, remedy: 'add it, or take the other out' }]
  })
}

export function notifyDoubts({ notify, plants }: Config): ConfigFinding[] {
  const known = plants.map(({ id }) => id)
  return notify.channels.flatMap((channel, index): ConfigFinding[] => {
    const at = ['notify', 'channels', index]
    const strangers = (channel.plants ?? []).flatMap((plant, i): ConfigFinding[] => {
      if (known.includes(plant)) return []
      const meant = nearest(plant, known)
      const remedy = meant === undefined ? 'it hears of no plant that is not configured' : `did you mean ${meant}?`
      const path = [...at, 'plants', i]
      return [{ path, value: shownValue(path, plant), problem: 'is not a configured plant', remedy }]
    })
    if (channel.type !== 'mail' || channel.secure || channel.starttls === 'required') return strangers
    if (channel.username === undefined) return strangers
    const path = [...at, 'starttls']
    const problem = 'lets the password go over the network as it is'
    return [...strangers, { path, value: shownValue(path, channel.starttls), problem, remedy: 'set it to required' }]
  })
}
