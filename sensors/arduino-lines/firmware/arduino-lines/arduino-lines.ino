// A motion board for gesturemap: one line of named numbers 100 times a second, and no delay().
//
// With a MPU6050 (GY-521) on the I2C pins: VCC to 3.3 V or 5 V, GND to GND, SCL to SCL (Uno: A5), SDA to SDA (Uno: A4).
// Without one: set MOTION to 0, and the pins in PINS are sent, from 0 to 1.
// The serial plotter of the Arduino IDE shows the same lines; close it before gesturemap opens the port.

#define MOTION 1                        // 1: MPU6050, 0: analogue pins
const long BAUD = 115200;               // the same as `baud` in the project
const unsigned long PERIOD = 10000;     // microseconds from one line to the next: 100 Hz
const int PINS[] = {A0, A1, A2};
const float FULL_SCALE = 1023.0;        // of analogRead; 4095 on boards with 12 bits

#if MOTION
#include <Wire.h>
const int ADDRESS = 0x68;               // 0x69 where AD0 is tied to VCC
const float ACCELERATION = 9.80665 / 8192.0;             // m/s2 per step at +-4 g
const float ROTATION = 3.14159265 / 180.0 / 32.8;        // rad/s per step at +-1000 deg/s
#endif

unsigned long next;

void setup() {
  Serial.begin(BAUD);
#if MOTION
  Wire.begin();
  Wire.setClock(400000);
  set(0x6B, 0x01);                      // wake up, clock from the gyroscope
  set(0x1A, 0x02);                      // its own low-pass filter at 94 Hz: 3 ms
  set(0x1B, 0x10);                      // +-1000 deg/s
  set(0x1C, 0x08);                      // +-4 g
#endif
  next = micros();
}

void loop() {
  if ((long)(micros() - next) < 0) return;
  next += PERIOD;
  if ((long)(micros() - next) > 0) next = micros();      // too late for the next one: begin counting anew
  unsigned long now = millis();
#if MOTION
  float numbers[6];
  if (!measure(numbers)) {
    Serial.println("MPU6050 does not answer");           // counted by gesturemap as words
    set(0x6B, 0x01);
    next = micros() + 500000;
    return;
  }
  static const char *const names[] = {"acc_x", "acc_y", "acc_z", "gyro_x", "gyro_y", "gyro_z"};
  const int count = 6;
#else
  const int count = sizeof PINS / sizeof PINS[0];
  float numbers[count];
  for (int i = 0; i < count; i++) numbers[i] = analogRead(PINS[i]) / FULL_SCALE;
#endif
  Serial.print("time_ms:");
  Serial.print(now);
  for (int i = 0; i < count; i++) {
    Serial.print(',');
#if MOTION
    Serial.print(names[i]);
#else
    Serial.print("pin_");
    Serial.print(i + 1);
#endif
    Serial.print(':');
    Serial.print(numbers[i], 3);
  }
  Serial.println();
}

#if MOTION
void set(byte reg, byte value) {
  Wire.beginTransmission(ADDRESS);
  Wire.write(reg);
  Wire.write(value);
  Wire.endTransmission();
}

bool measure(float *numbers) {
  Wire.beginTransmission(ADDRESS);
  Wire.write(0x3B);
  if (Wire.endTransmission(false) != 0) return false;
  if (Wire.requestFrom(ADDRESS, 14) != 14) return false;
  int16_t steps[7];                     // acceleration, temperature, rotation; the high byte comes first
  for (int i = 0; i < 7; i++) {
    int high = Wire.read();
    steps[i] = (int16_t)((high << 8) | Wire.read());
  }
  for (int i = 0; i < 3; i++) {
    numbers[i] = steps[i] * ACCELERATION;
    numbers[3 + i] = steps[4 + i] * ROTATION;
  }
  return true;
}
#endif
