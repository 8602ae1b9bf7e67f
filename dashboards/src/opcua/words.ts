import { language } from '../settings.js'
import { opcua as en } from './words.en.js'
import { opcua as zh } from './words.zh.js'

/** The words of the page of OPC UA; they come with it. */
export const opcuaWords = () => (language.value === 'zh' ? zh : en)
