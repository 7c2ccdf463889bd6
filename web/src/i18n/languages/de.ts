export { german as default } from '../german';
