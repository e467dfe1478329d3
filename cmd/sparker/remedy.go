package main

import (
	"errors"
	"fmt"

	"sparker/data/sources"
	"sparker/data/tables"
)

// withRemedy adds to an error of a file which flag or key helps. The packages that read files do not
// know flags and keys.
func withRemedy(err error) error {
	var value *tables.MissingValueError
	var memory *tables.MemoryError
	var pool *sources.PoolError
	switch {
	case errors.As(err, &value):
		return fmt.Errorf("%w (data.files.missing=drop leaves them out, and so does --drop-missing "+
			"of sparker test)", err)
	case errors.As(err, &memory):
		return fmt.Errorf("%w (data.files.columns, data.files.reference.rows, ..., or "+
			"data.files.memory in GiB)", err)
	case errors.As(err, &pool):
		return fmt.Errorf("%w; set a smaller number, or data.files.replacement=true, which is not "+
			"exact", err)
	}
	return err
}
