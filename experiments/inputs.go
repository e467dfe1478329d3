package experiments

import (
	"crypto/sha256"
	"fmt"
	"io"
	"os"

	"sparker/data/tables"
	"sparker/twosample"
)

// readCentroids reads the initial centroids of a fit (M × d, row-major) from a table.
func readCentroids(path string, s twosample.Setup) ([]float64, error) {
	table, err := tables.Read(path, tables.ReadOptions{})
	if err != nil {
		return nil, fmt.Errorf("experiments: reading the initial centroids: %w", err)
	}
	if table.N() != s.Model.Kernels || table.D() != s.Dim {
		return nil, fmt.Errorf("experiments: %s has %d rows of %d columns, but model.kernels is "+
			"%d and the data have %d columns", path, table.N(), table.D(), s.Model.Kernels, s.Dim)
	}
	return table.Sample(nil).X, nil
}

// checksums returns the SHA-256 of the content of files, in hex, by their paths.
func checksums(paths []string) (map[string]string, error) {
	sums := map[string]string{}
	for _, path := range paths {
		sum, err := checksum(path)
		if err != nil {
			return nil, err
		}
		sums[path] = sum
	}
	return sums, nil
}

func checksum(path string) (string, error) {
	f, err := os.Open(path)
	if err != nil {
		return "", fmt.Errorf("experiments: %w", err)
	}
	defer f.Close()
	sum := sha256.New()
	if _, err := io.Copy(sum, f); err != nil {
		return "", fmt.Errorf("experiments: reading %s: %w", path, err)
	}
	return fmt.Sprintf("%x", sum.Sum(nil)), nil
}
