// Package tables reads tables of numbers from files, and labels and texts for their rows: NumPy
// (.npy, .npz), comma- and tab-separated values (.csv, .tsv), Parquet and HDF5.
//
// An address names what to read. It is a path, or path:key for a part of a file: an array of an
// .npz file, a dataset of an HDF5 file, or a column of a .csv, .tsv or .parquet file. If a file has
// the whole address as its name, the address is the path of that file.
//
// The end of the file name determines the format: .npy, .npz, .csv, .tsv, .parquet, .h5 or .hdf5.
// The names of .npy, .csv and .tsv files may end in .gz in addition.
package tables
