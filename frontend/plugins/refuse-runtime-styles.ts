import type { Plugin } from 'vite';

const MAKERS = ['/node_modules/@emotion/', '/node_modules/react-scrolllock/'];

/**
 * Fails the build when a part that makes its styles at run time has come into a bundle. The content security policy
 * blocks such styles, so that part would have no look.
 */
export function refuseRuntimeStyles(): Plugin {
  return {
    name: 'refuse-runtime-styles',
    apply: 'build',
    generateBundle(_options, bundle) {
      const found = Object.values(bundle)
        .flatMap((output) => (output.type === 'chunk' ? Object.entries(output.modules) : []))
        .filter(([id, module]) => MAKERS.some((maker) => id.includes(maker)) && module.renderedLength > 0)
        .map(([id]) => id);
      if (found.length > 0) {
        this.error(`These modules make styles at run time:\n${found.join('\n')}`);
      }
    },
  };
}
