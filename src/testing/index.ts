export { type MemoryOptions, type MemoryPeer, memorySocket, memoryTls } from '../adapters/memory/memory-socket.ts'
export { parseScript, type Step } from './script.ts'
export { type ScriptedServer, type ScriptedServerOptions, scriptedServer } from './scripted-server.ts'
