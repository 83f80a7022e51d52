#!/usr/bin/env node
/**
 * Sets up what is missing, then gets out of the way: `node scripts/setup.mjs [--for conform|test]`.
 * Plain JavaScript without dependencies, because it runs before there are any; where nothing is missing it says nothing.
 * This file alone is written for a Node of any age, so that one too old is told so.
 */
var leastNode = [20, 19];

var isTooOld = function (version) {
  var parts = version.split('.').map(Number);
  return parts[0] < leastNode[0] || (parts[0] === leastNode[0] && parts[1] < leastNode[1]);
};

if (isTooOld(process.versions.node)) {
  console.error(
    'setup: Node ' +
      process.versions.node +
      ' is too old: ' +
      leastNode.join('.') +
      ' or newer is needed. ' +
      'Install one from your system, nvm or https://nodejs.org, and run the same command again.',
  );
  process.exitCode = 2;
} else {
  import('./setup/set-up.mjs').then(function (module) {
    process.exitCode = module.setUp(process.argv.slice(2));
  });
}
