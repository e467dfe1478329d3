// Package hdf5 reads HDF5 files: their groups, attributes, and datasets, as h5py, PyTables, pandas,
// and the HDF5 library of any version write them.
//
// Every checksum of the format is verified, and a file whose size is not the one that it records is
// refused, so that a damaged file is an error and not a table of other numbers. Reading takes no
// more memory than a few times what the file holds, whatever its headers claim.
//
// Source: the HDF5 File Format Specification, version 3.0,
// https://support.hdfgroup.org/documentation/hdf5/latest/_f_m_t3.html.
package hdf5
