// Package signatures names the ways in which the test of arXiv:2511.03095 fails that can be seen
// without the truth. Each has a name, what was seen, and what to change:
//
//	collapse          most kernels of a fit end at one place
//	no-convergence    the fit is not at an optimum at its last scale
//	high-variance     t at the last scale varies more than a fit that has converged lets it
//	type-I            the test rejects more often under the null hypothesis than it should
//	stuck             kernels are far from all rows, at every scale
//	no-localization   kernels of the end width still reach across the data
//	untrained-scale   hardly any epochs have a width near that of the last scale
//	few-toys          the null toys are too few for the size of the test
//
// The package judges numbers that others took: [Find] is given an [Evidence], of which parts that
// are not known are left out, and decides nothing about them. The remedies name no option of a
// program: a program that has options puts its own in their place.
//
// The limits of the rates are such that healthy tests do not reach them. How often each signature
// is seen in healthy runs is in docs/guide/troubleshooting.md.
package signatures
