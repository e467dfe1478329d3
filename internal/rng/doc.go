// Package rng derives independent random streams from one seed. The name of a stream says what it
// is for: a purpose, and indices such as the number of the toy. It never says who draws from it, so
// that results depend neither on the number of workers nor on their order.
package rng
