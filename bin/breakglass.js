#!/usr/bin/env node
// Runs on old versions of Node too, in order to say which one is needed: better-sqlite3 would only crash.
const [major, minor] = process.versions.node.split('.').map(Number)

if (major > 22 || (major === 22 && minor >= 19)) {
  void Promise.all([import('node:fs'), import('node:module')]).then(([{ existsSync }, { enableCompileCache }]) => {
    enableCompileCache()
    const source = new URL('../src/main.ts', import.meta.url)
    return import(existsSync(source) ? source.href : '../dist/main.js')
  })
} else {
  console.error(
    `breakglass needs Node 22.19 or newer and this is ${process.versions.node}; in a checkout, npm start brings its own.`,
  )
  process.exitCode = 2
}
