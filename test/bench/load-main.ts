import { installFunctionsCore } from '../../local/host/functions-core.ts';
import { loadApp } from '../../local/host/load-app.ts';

// Loads an app once, in a process that has loaded nothing else, and prints how long it took.

const { functions } = installFunctionsCore();
const began = performance.now();
await loadApp(process.argv[2] ?? '.');
const milliseconds = Math.round(performance.now() - began);
const rssMb = Math.round(process.memoryUsage.rss() / 2 ** 20);
console.log(JSON.stringify({ milliseconds, rssMb, functions: functions.size }));
