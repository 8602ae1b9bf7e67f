import { language } from '../../settings.js'
import { deviceTable as en } from './words.en.js'
import { deviceTable as zh } from './words.zh.js'

/** The words of the table of devices; they come with the page of the configuration. */
export const deviceTableWords = () => (language.value === 'zh' ? zh : en)
