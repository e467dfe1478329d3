// Package rootfile reads the trees of ROOT files: their branches of numbers and words, as ROOT from
// version 5, and go-hep, write them.
//
// Every checksum of the format is verified, and every count is compared with the bytes that are
// there, so that a damaged file is an error and not a table of other numbers. Bytes that are not
// compressed, or compressed with Zstandard as ROOT does it, have no checksum: damage to them is
// noticed only if the counts do not hold. Reading takes no more memory than a few times what the
// file holds decompressed, whatever its headers claim.
//
// Objects, lists whose length changes from entry to entry, and RNTuples are not read. They are
// listed with what they are.
//
// Source: the ROOT file format, https://root.cern/root/html534/guides/spectator/InputOutput.html,
// and the streamers of TTree, TBranch, TLeaf and TBasket in ROOT 6.
package rootfile
