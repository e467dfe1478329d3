// Package tables reads tables of numbers, labels and texts from files: .npy, .npz, .csv, .tsv,
// Parquet and HDF5.
package tables
