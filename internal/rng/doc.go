// Package rng derives independent random streams from one seed. A stream is named by what it is for
// (a purpose, and indices such as the number of the toy), never by who draws from it, so that
// results depend neither on the number of workers nor on their order.
package rng
