/** Where people work. */
export interface Office {
  readonly name: string;
  readonly city: string;
  readonly state: string | undefined;
  readonly country: string;
  readonly usageLocation: string;
  readonly street: string;
  readonly postalCode: string;
  readonly language: string;
  readonly phonePrefix: string;
}

/** A department and the share of the staff that belongs to it. */
export interface Department {
  readonly name: string;
  readonly weight: number;
  readonly head: string;
  readonly titles: readonly string[];
}

export const COMPANY = 'Haldenworks';
export const INITIAL_DOMAIN = 'haldenworks.onmicrosoft.com';
export const DEFAULT_DOMAIN = 'haldenworks.example';
export const SECOND_DOMAIN = 'halden-marine.example';

/** The organisations that guests come from. */
export const PARTNERS: readonly string[] = [
  'fjordline-logistics.example',
  'kestrel-audit.example',
  'museo-verde.example',
  'oakridge-supplies.example',
  'tsubaki-design.example',
];

const officeRows: readonly (readonly [string, string, string, string, string, string, string])[] = [
  ['Zürich HQ', 'Zürich', 'ZH', 'Switzerland', 'CH', 'Limmatstrasse 214', '8005'],
  ['Porto', 'Porto', '', 'Portugal', 'PT', 'Rua do Ouro 88', '4150-552'],
  ['Gdańsk', 'Gdańsk', '', 'Poland', 'PL', 'ul. Stągiewna 19', '80-750'],
  ['Lyon', 'Lyon', '', 'France', 'FR', '12 quai Rambaud', '69002'],
  ['Bergen', 'Bergen', '', 'Norway', 'NO', 'Sandviksbodene 5', '5035'],
  ['Austin', 'Austin', 'TX', 'United States', 'US', '410 Trinity Street', '78701'],
  ['Halifax', 'Halifax', 'NS', 'Canada', 'CA', '1741 Lower Water Street', 'B3J 1S8'],
  ['Osaka', 'Osaka', '', 'Japan', 'JP', '3-1-1 Nakanoshima', '530-0005'],
  ['Pune', 'Pune', 'MH', 'India', 'IN', 'Baner Road 57', '411045'],
  ['Cork', 'Cork', '', 'Ireland', 'IE', "9 Penrose's Quay", 'T23 V8N6'],
];

const LANGUAGES: Readonly<Record<string, readonly [language: string, phonePrefix: string]>> = {
  CH: ['de-CH', '+41 44 555'],
  PT: ['pt-PT', '+351 22 555'],
  PL: ['pl-PL', '+48 58 555'],
  FR: ['fr-FR', '+33 4 55 55'],
  NO: ['nb-NO', '+47 55 55'],
  US: ['en-US', '+1 512 555'],
  CA: ['en-CA', '+1 902 555'],
  JP: ['ja-JP', '+81 6 5555'],
  IN: ['en-IN', '+91 20 5555'],
  IE: ['en-IE', '+353 21 555'],
};

export const OFFICES: readonly Office[] = officeRows.map(
  ([name, city, state, country, usageLocation, street, postalCode]) => {
    const [language = 'en-US', phonePrefix = '+1 512 555'] = LANGUAGES[usageLocation] ?? [];
    return {
      name,
      city,
      state: state === '' ? undefined : state,
      country,
      usageLocation,
      street,
      postalCode,
      language,
      phonePrefix,
    };
  },
);

export const DEPARTMENTS: readonly Department[] = [
  {
    name: 'Production',
    weight: 24,
    head: 'Director of Production',
    titles: ['Machine Operator', 'Shift Supervisor', 'Production Planner', 'Fitter'],
  },
  {
    name: 'Engineering',
    weight: 20,
    head: 'Director of Engineering',
    titles: ['Design Engineer', 'Software Engineer', 'Test Engineer', 'Principal Engineer'],
  },
  {
    name: 'Sales',
    weight: 14,
    head: 'Director of Sales',
    titles: ['Account Executive', 'Sales Assistant', 'Regional Sales Lead'],
  },
  {
    name: 'Customer Care',
    weight: 10,
    head: 'Head of Customer Care',
    titles: ['Service Agent', 'Service Technician', 'Onboarding Specialist'],
  },
  {
    name: 'Logistics',
    weight: 9,
    head: 'Head of Logistics',
    titles: ['Dispatcher', 'Warehouse Clerk', 'Customs Specialist'],
  },
  {
    name: 'Finance',
    weight: 6,
    head: 'Chief Financial Officer',
    titles: ['Accountant', 'Controller', 'Payroll Specialist'],
  },
  {
    name: 'Information Technology',
    weight: 6,
    head: 'Head of IT',
    titles: ['System Administrator', 'Support Analyst', 'Security Engineer'],
  },
  {
    name: 'Marketing',
    weight: 4,
    head: 'Head of Marketing',
    titles: ['Copywriter', 'Brand Designer', 'Event Coordinator'],
  },
  {
    name: 'People & Culture',
    weight: 4,
    head: 'Head of People & Culture',
    titles: ['Recruiter', 'People Partner', 'Training Coordinator'],
  },
  {
    name: 'Legal',
    weight: 2,
    head: 'General Counsel',
    titles: ['Counsel', 'Compliance Officer', 'Paralegal'],
  },
  {
    name: 'Research',
    weight: 1,
    head: 'Head of Research',
    titles: ['Materials Scientist', 'Lab Technician'],
  },
];

/** Every domain that accounts can be in. */
export const VERIFIED_DOMAINS: readonly string[] = [DEFAULT_DOMAIN, SECOND_DOMAIN, INITIAL_DOMAIN];
