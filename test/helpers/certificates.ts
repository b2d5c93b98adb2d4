export { type Authority, type Leaf, newAuthority, type Validity } from '../../examples/demo/certificates.ts'
