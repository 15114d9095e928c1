/** The lozenge asks for the part that makes its styles at run time; this one has them in a style sheet. */
export { Pressable, Pressable as default } from '@atlaskit/primitives/compiled';
