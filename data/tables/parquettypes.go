package tables

import (
	"math"
	"math/big"
	"strconv"
	"time"

	"github.com/parquet-go/parquet-go"
	parquetformat "github.com/parquet-go/parquet-go/format"
)

// setValue sets how the values of a leaf become numbers or words. half says that it is of type
// float16.
func (c *parquetColumn) setValue(logical *parquetformat.LogicalType, half bool) {
	if half {
		c.narrow, c.value = true, parquetHalf
		return
	}
	var annotation any
	if logical != nil {
		annotation = logical.Value
	}
	switch l := annotation.(type) {
	case nil:
		c.setPlain(true)
	case *parquetformat.IntType:
		c.setPlain(l.IsSigned)
	case *parquetformat.StringType, *parquetformat.EnumType:
		c.text = c.physical == parquet.ByteArray
	case *parquetformat.DecimalType:
		c.value = parquetDecimal(c.physical, int(l.Scale))
	case *parquetformat.DateType:
		if c.physical == parquet.Int32 {
			c.setTime(func(v parquet.Value) time.Time {
				return time.Unix(int64(v.Int32())*secondsPerDay, 0)
			})
		}
	case *parquetformat.TimestampType:
		c.setTime(parquetTimestamp(c.physical, l.Unit.Value))
	case *parquetformat.TimeType:
		c.setTimeOfDay(l.Unit.Value)
	}
}

// setPlain sets how values without an annotation are read, or integers that are signed or not.
func (c *parquetColumn) setPlain(signed bool) {
	switch c.physical {
	case parquet.ByteArray:
		c.text = true
	case parquet.Int96: // the times of older programs
		c.setTime(func(v parquet.Value) time.Time {
			const epoch = 2_440_588 // Julian day of 1970-01-01
			i := v.Int96()
			nanoseconds := int64(i[0]) | int64(i[1])<<32
			return time.Unix((int64(i[2])-epoch)*secondsPerDay, nanoseconds)
		})
	default:
		c.narrow, c.integer = c.physical == parquet.Float, c.physical == parquet.Int64
		c.value = parquetNumber(c.physical, signed)
	}
}

// setTime makes the column one of times.
func (c *parquetColumn) setTime(instant func(parquet.Value) time.Time) {
	if instant == nil {
		return
	}
	c.kind = Time
	c.instant = func(v parquet.Value) time.Time { return instant(v).UTC() }
	c.value = func(v parquet.Value) float64 { return daysOf(instant(v)) }
}

// parquetTimestamp returns the function that converts values of a unit to times, or nil if they
// are not of the type that has them.
func parquetTimestamp(kind parquet.Kind,
	unit parquetformat.TimeUnitValue) func(parquet.Value) time.Time {
	if kind != parquet.Int64 {
		return nil
	}
	switch unit.(type) {
	case *parquetformat.MilliSeconds:
		return func(v parquet.Value) time.Time { return time.UnixMilli(v.Int64()) }
	case *parquetformat.MicroSeconds:
		return func(v parquet.Value) time.Time { return time.UnixMicro(v.Int64()) }
	case *parquetformat.NanoSeconds:
		return func(v parquet.Value) time.Time { return time.Unix(0, v.Int64()) }
	}
	return nil
}

// setTimeOfDay makes the column one of times of a day, which are numbers.
func (c *parquetColumn) setTimeOfDay(unit parquetformat.TimeUnitValue) {
	count := parquetNumber(c.physical, true)
	if unit == nil || (c.physical != parquet.Int32 && c.physical != parquet.Int64) {
		return
	}
	perDay := float64(24 * time.Hour / unit.Duration())
	c.span = true
	c.value = func(v parquet.Value) float64 { return count(v) / perDay }
}

// parquetDecimal returns the function that converts decimals with a number of digits behind the
// point. The result is the float64 nearest to the decimal.
func parquetDecimal(kind parquet.Kind, scale int) func(parquet.Value) float64 {
	const most = 1000 // far more digits than a decimal has
	if scale < 0 || scale > most {
		return nil
	}
	switch kind {
	case parquet.Int32, parquet.Int64:
		return func(v parquet.Value) float64 {
			unscaled := v.Int64()
			if kind == parquet.Int32 {
				unscaled = int64(v.Int32())
			}
			if scale <= 22 && unscaled > -1<<53 && unscaled < 1<<53 { // both are exact
				return float64(unscaled) / math.Pow10(scale)
			}
			return decimalNumber(strconv.FormatInt(unscaled, 10), scale)
		}
	case parquet.ByteArray, parquet.FixedLenByteArray:
		return func(v parquet.Value) float64 {
			raw := v.ByteArray() // two's complement, the most significant byte first
			unscaled := new(big.Int).SetBytes(raw)
			if len(raw) > 0 && raw[0]&0x80 != 0 {
				unscaled.Sub(unscaled, new(big.Int).Lsh(big.NewInt(1), uint(8*len(raw))))
			}
			return decimalNumber(unscaled.String(), scale)
		}
	}
	return nil
}

// decimalNumber returns the number that an integer and a number of digits behind the point stand
// for. It is an infinity if float64 has no such number.
func decimalNumber(unscaled string, scale int) float64 {
	v, _ := strconv.ParseFloat(unscaled+"e-"+strconv.Itoa(scale), 64) // an error means infinity
	return v
}
